import "../driver.css";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Failure } from "../../api";
import type { KeptBooking } from "../keep";
import { BookingMark, Note, Trouble } from "../parts/bits";
import { BookingView } from "../parts/booking-view";
import { SlotPicker } from "../parts/slot-picker";
import { useDriver } from "../use";

/** One booking: its pass, how to start with it, and how to change or cancel it. Works from what this device has while there is no line. */
export default function BookingPage({ siteId, booking }: { siteId: string; booking: string }) {
  const { words, t, driver, keeper, now, setUser } = useDriver();
  const [kept, setKept] = useState<KeptBooking | null>(() => keeper.booking(booking));
  const [offline, setOffline] = useState(false);
  const [error, setError] = useState<Failure | null>(null);
  const [busy, setBusy] = useState<number | "cancel" | null>(null);
  const [changing, setChanging] = useState(false);
  const [round, setRound] = useState(0);
  /** Counts what may answer: an answer that was asked for before a change says nothing about what is after it. */
  const asked = useRef(0);

  useEffect(() => {
    asked.current += 1;
    const mine = asked.current;
    void (async () => {
      const [answer, place] = await Promise.all([driver.reservation(siteId, booking), driver.place(siteId)]);
      if (!answer.ok) {
        if (answer.error.code === "unauthorized") return setUser(null);
        if (answer.error.code !== "network") setError(answer.error);
        return setOffline(true);
      }
      const open = answer.value.status === "reserved" || answer.value.status === "charging";
      const pass = open ? await driver.pass(siteId, booking) : null;
      if (mine !== asked.current) return;
      keeper.keep(answer.value, {
        ...(place.ok ? { place: place.value } : {}),
        ...(pass?.ok ? { pass: pass.value } : {}),
      });
      setOffline(false);
      setKept(keeper.booking(booking));
    })();
  }, [booking, round]);

  async function cancel(): Promise<void> {
    if (busy !== null) return;
    setBusy("cancel");
    asked.current += 1;
    const answer = await driver.cancel(siteId, booking);
    setBusy(null);
    setError(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    asked.current += 1;
    keeper.keep(answer.value);
    setKept(keeper.booking(booking));
  }
  async function change(start: number, minutes: number): Promise<void> {
    setBusy(start);
    const [from, to] = [start, start + minutes * 60_000].map((each) => new Date(each).toISOString()) as [
      string,
      string,
    ];
    const answer = await driver.modify(siteId, booking, { start: from, end: to });
    setBusy(null);
    setError(answer.ok ? null : answer.error);
    setRound(round + 1);
    if (answer.ok) setChanging(false);
  }

  return (
    <main id="main">
      <div class="head">
        <a class="back" href="/charging">
          {t("charging")}
        </a>
        <h1>{kept?.placeName || "\u00a0"}</h1>
        {kept ? <BookingMark booking={kept.reservation} t={t} /> : null}
      </div>
      {offline && !error ? (
        <Note warn>
          <p>{t("offlineKept")}</p>
        </Note>
      ) : null}
      <Trouble error={error} words={words} />
      {kept && changing ? (
        <section class="stack" aria-labelledby="change">
          <h2 id="change">{t("changeTitle")}</h2>
          <p class="lead">{t("changeText")}</p>
          <SlotPicker
            siteId={siteId}
            timeZone={kept.timeZone}
            round={round}
            moving={kept.reservation}
            busy={typeof busy === "number" ? busy : null}
            onTake={(_kind, _day, minutes, start) => void change(start, minutes)}
          />
          <button class="button quiet fit" type="button" onClick={() => setChanging(false)}>
            {t("cancelNo")}
          </button>
        </section>
      ) : null}
      {kept && !changing ? (
        <BookingView
          kept={kept}
          words={words}
          t={t}
          keeper={keeper}
          nowMs={now()}
          busy={busy === "cancel"}
          onCancel={() => void cancel()}
          onChange={() => setChanging(true)}
        />
      ) : null}
      {!kept && !error ? (
        <div class="bones bones-form" aria-busy="true">
          <span class="sr">{words.t("loading")}</span>
          <div class="skeleton card" />
        </div>
      ) : null}
    </main>
  );
}
