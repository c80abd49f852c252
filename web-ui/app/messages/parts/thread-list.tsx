import "../messages.css";
import { chevron } from "../../../common/icons";
import type { Answer } from "../../api";
import { Pages } from "../../parts/pages";
import type { Thread, ThreadPage } from "../types";
import { useMessages } from "../use";

/** Threads, the one that was written to last first: a driver's, or those of a site for its owners. Each leads to its page. */
export function ThreadList(props: { load: (cursor: string | null) => Promise<Answer<ThreadPage>>; empty: string }) {
  const { load, empty } = props;
  return (
    <Pages load={load} itemsOf={(page) => page.threads} empty={empty} keyOf={({ threadId }) => threadId}>
      {(thread) => <ThreadCard thread={thread} />}
    </Pages>
  );
}

function ThreadCard({ thread }: { thread: Thread }) {
  const { words, t } = useMessages();
  const { siteId, threadId, siteName, driver, side, lastSeq, readSeq, lastText, lastAt, booking } = thread;
  const isNew = lastSeq > readSeq;
  return (
    <a class={isNew ? "card row unread" : "card row"} href={`/messages/${siteId}/${threadId}`}>
      <span class="what">
        <strong>{side === "driver" ? siteName : driver}</strong>
        <span class="last">{lastText}</span>
        <span class="sub">
          {isNew ? <span class="new">{`${t("unread")} \u00b7 `}</span> : null}
          {`${t(booking === null ? "aboutSite" : "aboutBooking")} \u00b7 ${words.formatIn(zoneHere()).dateTime(lastAt)}`}
        </span>
      </span>
      {chevron}
    </a>
  );
}

/** Messages are between people: they have the clock of whoever reads them. */
export function zoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
