import { ErrorBox, Show, useLoad } from "../../parts/load";
import { Decide } from "../parts/decide";
import { AdminFrame, More } from "../parts/frame";
import type { ReportedThread } from "../types";
import { useAdmin, useMore } from "../use";
import { adminError } from "../errors";

/** Threads that somebody in them has reported. An admin reads and writes in one until the report is closed. */
export function MessagesPage() {
  const { words, admin } = useAdmin();
  const [threads, again] = useLoad("reported threads", () => admin.threads(null));
  return (
    <AdminFrame tab="messages">
      <Show loaded={threads} words={words} again={again} height="form" explain={adminError}>
        {(page) => <Queue items={page.threads} next={page.nextCursor} />}
      </Show>
    </AdminFrame>
  );
}

function Queue({ items, next }: { items: ReportedThread[]; next: string | null }) {
  const { words, t, admin } = useAdmin();
  const list = useMore<ReportedThread, string>(
    async (cursor) => {
      const answer = await admin.threads(cursor);
      return answer.ok ? { ok: true, value: { items: answer.value.threads, next: answer.value.nextCursor } } : answer;
    },
    { items, next },
  );
  if (items.length === 0) return <p class="card empty lead">{t("noThreads")}</p>;
  return (
    <div class="stack">
      {list.items.map((thread) => (
        <Reported key={thread.threadId} thread={thread} />
      ))}
      <ErrorBox error={list.error} words={words} explain={adminError} />
      <More more={list.more} />
    </div>
  );
}

function Reported({ thread }: { thread: ReportedThread }) {
  const { t, admin, format } = useAdmin();
  const { siteId, siteName, threadId, driver, lastText, lastAt, report } = thread;
  const title = `thread-${threadId}`;
  return (
    <article class="card stack" aria-labelledby={title}>
      <h2 id={title} class="listing-name">
        {`${driver} \u00b7 ${siteName}`}
      </h2>
      <div class="judge">
        <div class="stack">
          {report ? (
            <section class="part">
              <h3 class="topic">{t(report.by === "driver" ? "reportByDriver" : "reportByOwner")}</h3>
              <blockquote class="prose">{report.reason}</blockquote>
              <p class="sub">{format.dateTime(report.at)}</p>
            </section>
          ) : null}
          <section class="part">
            <h3 class="topic">{t("lastMessage")}</h3>
            <blockquote class="prose">{lastText}</blockquote>
            <p class="sub">{format.dateTime(lastAt)}</p>
          </section>
          <a class="button quiet fit" href={`/messages/${siteId}/${threadId}`}>
            {t("readThread")}
          </a>
        </div>
        <Decide
          id={`reason-${threadId}`}
          hint={t("threadHint")}
          reasons={[t("becauseWarned"), t("becauseHarmless")]}
          choices={[{ key: "close", label: t("closeReport"), look: "primary", done: t("reportClosed") }]}
          decide={(_, reason) => admin.decideThread(thread, reason)}
        />
      </div>
    </article>
  );
}
