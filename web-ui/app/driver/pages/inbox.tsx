import "../driver.css";
import "../my.css";
import { useState } from "preact/hooks";
import { Pages } from "../../parts/pages";
import type { Notice } from "../my-types";
import { useDriver } from "../use";

/** Everything that the cloud has told, the newest first; each leads to what it is about. */
export default function InboxPage() {
  const { words, t, my } = useDriver();
  const [round, setRound] = useState(0);
  return (
    <main id="main">
      <div class="head">
        <h1>{words.t("navInbox")}</h1>
      </div>
      <div class="pair-buttons">
        <button
          class="button quiet"
          type="button"
          onClick={() => void my.read({ all: true }).then(() => setRound(round + 1))}
        >
          {t("readAll")}
        </button>
        <a class="button quiet" href="/messages">
          {t("messages")}
        </a>
        <a class="button quiet" href="/account/notifications">
          {t("inboxSettings")}
        </a>
      </div>
      <Pages
        key={round}
        load={my.notices}
        itemsOf={(page) => page.notifications}
        empty={t("inboxEmpty")}
        keyOf={({ id }) => id}
      >
        {(notice) => <NoticeCard notice={notice} />}
      </Pages>
    </main>
  );
}

function NoticeCard({ notice }: { notice: Notice }) {
  const { words, t, my } = useDriver();
  const format = words.formatIn(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const { id, title, body, path, createdAt, read } = notice;
  return (
    <a
      class={read ? "card row" : "card row unread"}
      href={path}
      onClick={() => (read ? undefined : void my.read({ ids: [id] }))}
    >
      <span class="what">
        <strong>{title}</strong>
        <span class="prose">{body}</span>
        <span class="sub">
          {read ? null : <span class="new">{`${t("unreadNotice")} \u00b7 `}</span>}
          {format.dateTime(createdAt)}
        </span>
      </span>
    </a>
  );
}
