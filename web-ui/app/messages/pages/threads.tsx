import "../../driver/driver.css";
import { ThreadList } from "../parts/thread-list";
import { useMessages } from "../use";

/** The driver's threads with places. */
export default function ThreadsPage() {
  const { words, t, messages } = useMessages();
  return (
    <main id="main">
      <div class="head">
        <a class="back" href="/inbox">
          {words.t("navInbox")}
        </a>
        <h1>{t("title")}</h1>
        <p class="lead">{t("lead")}</p>
      </div>
      <ThreadList load={messages.mine} empty={t("empty")} />
    </main>
  );
}
