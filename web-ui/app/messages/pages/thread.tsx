import "../../driver/driver.css";
import "../messages.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { useDoing } from "../../parts/doing";
import { ErrorBox, Show, useLoad } from "../../parts/load";
import { Bubbles } from "../parts/bubbles";
import { Report } from "../parts/report";
import { WriteForm } from "../parts/write-form";
import type { Message, Side, Thread } from "../types";
import { useMessages } from "../use";

/** How often a page that is looked at asks for what has come, ms. */
const EVERY_MS = 10_000;

/** One thread, for whichever side of it somebody is on. */
export default function ThreadPage({ siteId, id }: { siteId: string; id?: string }) {
  const { words, messages } = useMessages();
  const threadId = String(id);
  const [loaded, again] = useLoad(`thread ${threadId}`, () => messages.read(siteId, threadId));
  return (
    <Show loaded={loaded} words={words} again={again} height="form">
      {(first) => <Conversation key={threadId} first={first} />}
    </Show>
  );
}

function Conversation({ first }: { first: { thread: Thread; messages: Message[] } }) {
  const { words, t, messages } = useMessages();
  const [thread, setThread] = useState(first.thread);
  const [known, setKnown] = useState(() => byNumber([], first.messages));
  /** The highest number up to which nothing is missing. */
  const newest = useRef(first.messages[0]?.seq ?? 0);
  const sending = useDoing();
  const loading = useDoing();
  const { siteId, threadId, siteName, driver, side } = thread;

  async function look(before?: number) {
    const answer = await messages.read(siteId, threadId, before);
    if (!answer.ok) return answer;
    // More may have come than one page holds: those between are asked for as well, so that no gap is shown.
    const come = [...answer.value.messages];
    for (let last = come.at(-1); before === undefined && last && last.seq > newest.current + 1; last = come.at(-1)) {
      const earlier = await messages.read(siteId, threadId, last.seq);
      if (!earlier.ok) return earlier;
      if (earlier.value.messages.length === 0) break;
      come.push(...earlier.value.messages);
    }
    newest.current = Math.max(newest.current, come[0]?.seq ?? 0);
    setThread(answer.value.thread);
    setKnown((before_) => byNumber(before_, come));
    return answer;
  }
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) void look();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [threadId]);
  useEffect(() => {
    if (thread.lastSeq > thread.readSeq) void messages.mark(siteId, threadId, thread.lastSeq);
  }, [thread.lastSeq]);

  const oldest = known[0]?.seq ?? 1;
  const send = (text: string) =>
    sending.run("send", async () => {
      const answer = await messages.write(siteId, threadId, text);
      if (answer.ok) await look();
      return answer;
    });
  return (
    <main id="main" class="narrow-left">
      <div class="head">
        <a class="back" href={listOf(side, siteId)}>
          {t(side === "admin" ? "toApprovals" : "toMessages")}
        </a>
        <h1>{side === "driver" ? siteName : driver}</h1>
        <p class="lead">
          {[...(side === "driver" ? [] : [siteName]), t(thread.booking === null ? "aboutSite" : "aboutBooking")].join(
            " \u00b7 ",
          )}
        </p>
        {side === "driver" ? (
          <a
            class="back"
            href={thread.booking === null ? `/places/${siteId}` : `/charging/${siteId}/${thread.booking}`}
          >
            {t(thread.booking === null ? "toPlace" : "toBooking")}
          </a>
        ) : null}
      </div>
      <ErrorBox error={loading.error} words={words} />
      {oldest > 1 ? (
        <button
          class="button quiet fit"
          type="button"
          aria-busy={loading.busy !== null}
          onClick={() => void loading.run("earlier", () => look(oldest))}
        >
          {t("earlier")}
        </button>
      ) : null}
      <Bubbles thread={thread} messages={known} />
      <ErrorBox error={sending.error} words={words} />
      <WriteForm busy={sending.busy !== null} onSend={send} />
      <Report thread={thread} onDone={() => void look()} />
    </main>
  );
}

/** The page that lists a side's threads. */
function listOf(side: Side, siteId: string): string {
  return { driver: "/messages", owner: `/sites/${siteId}/messages`, admin: "/admin/messages" }[side];
}

/** Messages that are known with those that have come, each once, by number. */
function byNumber(known: readonly Message[], come: readonly Message[]): Message[] {
  const all = new Map([...known, ...come].map((message) => [message.seq, message]));
  return [...all.values()].toSorted((a, b) => a.seq - b.seq);
}
