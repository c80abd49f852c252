import { useLocation } from "preact-iso";
import { Field, Form, valueOf } from "../../parts/form";
import { ErrorBox, Show, useLoad } from "../../parts/load";
import { pageOfLog } from "../api";
import { AdminFrame, More } from "../parts/frame";
import { LogTable } from "../parts/log";
import type { LogEntry } from "../types";
import { useAdmin, useMore } from "../use";
import { adminError } from "../errors";

/** Who changed what, the newest first; by the address only what is about one thing. */
export function AuditPage() {
  const { words, t, admin } = useAdmin();
  const { query, route } = useLocation();
  const subject = query["subject"] ?? "";
  const [log, again] = useLoad(`log ${subject}`, () => admin.log(subject, null));
  return (
    <AdminFrame tab="audit">
      <Form
        key={subject}
        class="find-form"
        role="search"
        onSend={(form) => {
          const wanted = valueOf(form, "subject").trim();
          route(wanted ? `/admin/audit?subject=${encodeURIComponent(wanted)}` : "/admin/audit");
        }}
      >
        <Field id="subject" label={t("subjectLabel")} hint={t("subjectHint")} maxLength={200} defaultValue={subject} />
        <button class="button primary" type="submit">
          {t("show")}
        </button>
      </Form>
      <Show loaded={log} words={words} again={again} height="row" explain={adminError}>
        {(page) => <Entries key={subject} subject={subject} {...pageOf(page.entries)} />}
      </Show>
    </AdminFrame>
  );
}

/** A full page may have another behind it, which begins before its last entry. */
function pageOf(entries: LogEntry[]): { items: LogEntry[]; next: number | null } {
  return { items: entries, next: entries.length < pageOfLog ? null : (entries.at(-1) as LogEntry).id };
}

function Entries({ subject, items, next }: { subject: string; items: LogEntry[]; next: number | null }) {
  const { words, admin } = useAdmin();
  const list = useMore<LogEntry, number>(
    async (before) => {
      const answer = await admin.log(subject, before);
      return answer.ok ? { ok: true, value: pageOf(answer.value.entries) } : answer;
    },
    { items, next },
  );
  return (
    <div class="stack">
      <LogTable entries={list.items} />
      <ErrorBox error={list.error} words={words} explain={adminError} />
      <More more={list.more} />
    </div>
  );
}
