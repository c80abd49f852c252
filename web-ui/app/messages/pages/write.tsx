import "../../driver/driver.css";
import "../messages.css";
import { useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import { useDoing } from "../../parts/doing";
import { ErrorBox, useLoad } from "../../parts/load";
import { WriteForm } from "../parts/write-form";
import { useMessages } from "../use";

/** Begins to write to a place's owner, or (`?booking=`) to the other side of a booking; where that was begun before, it leads there. */
export default function WritePage({ siteId }: { siteId: string }) {
  const { words, t, api, messages } = useMessages();
  const { query, route } = useLocation();
  const { booking } = query;
  const doing = useDoing();
  const [place] = useLoad(`place ${siteId}`, () =>
    api.call<{ name: string }>("GET", `/places/${encodeURIComponent(siteId)}`),
  );
  const go = (threadId: string) => route(`/messages/${siteId}/${threadId}`, true);
  useEffect(() => {
    if (!booking) return;
    void messages.about(booking).then((answer) => {
      const known = answer.ok ? answer.value.threads[0] : undefined;
      if (known) go(known.threadId);
    });
  }, [booking]);
  const send = (text: string) =>
    doing.run("send", async () => {
      const answer = await messages.begin(siteId, booking, text);
      if (answer.ok) go(answer.value.threadId);
      return answer;
    });
  return (
    <main id="main" class="narrow-left">
      <div class="head">
        <a class="back" href="/messages">
          {t("toMessages")}
        </a>
        <h1>{place.state === "there" ? t("writeTitle", { name: place.value.name }) : t("writeTitleAny")}</h1>
        <p class="lead">{t(booking ? "writeLeadBooking" : "writeLead")}</p>
      </div>
      <ErrorBox error={doing.error} words={words} />
      <WriteForm busy={doing.busy !== null} onSend={send} />
    </main>
  );
}
