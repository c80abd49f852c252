import "../driver.css";
import { useLocation } from "preact-iso";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Failure } from "../../api";
import { Show, useLoad } from "../../parts/load";
import { Note, Trouble } from "../parts/bits";
import { HoldPanel } from "../parts/hold";
import { WaitForm } from "../parts/wait-form";
import { SlotPicker } from "../parts/slot-picker";
import { forgetHeld, heldAt, keepHeld } from "../held";
import type { HeldWish } from "../held";
import { nearest, startsOf } from "../slots-model";
import type { Day } from "../slots-model";
import type { Hold, Place, SeatClass } from "../types";
import { useDriver, useNow } from "../use";
import { isTaken, leavesOpen, unsureError } from "../errors";

/** Book: choose a time, hold it, read what it costs and what cancelling costs, then confirm. */
export default function BookPage({ siteId }: { siteId: string }) {
  const { words, t, driver } = useDriver();
  const [place, again] = useLoad(`place ${siteId}`, () => driver.place(siteId));
  const name = place.state === "there" ? place.value.name : "\u00a0";
  return (
    <main id="main">
      <div class="head">
        <a class="back" href={`/places/${siteId}`}>
          {name}
        </a>
        <h1>{t("bookTitle")}</h1>
      </div>
      <Show loaded={place} words={words} again={again} height="form">
        {(value) => <Booking place={value} />}
      </Show>
    </main>
  );
}

/** Why a time was not to be had, or is no longer held. */
type Lost =
  | { why: "faster"; nearest: number | null }
  /** The time to decide is over, or it was given back; `unsure`: it was confirmed, but no answer came. */
  | { why: "over"; unsure: boolean };

function Booking({ place }: { place: Place }) {
  const { words, t, driver, keeper, now } = useDriver();
  const { route } = useLocation();
  const { siteId } = place;
  const [hold, setHold] = useState<Hold | null>(null);
  const [busy, setBusy] = useState<number | "confirm" | null>(null);
  const [error, setError] = useState<Failure | null>(null);
  const [lost, setLost] = useState<Lost | null>(null);
  const [wish, setWish] = useState<{ class: string; start: string; end: string } | null>(null);
  const [round, setRound] = useState(0);
  /** The hold that is being confirmed, or was: it is not given back. */
  const sold = useRef<string | null>(null);
  /** The last wish, until its answer has come, and the key of its call. */
  const asked = useRef({ wish: "", key: "" });
  const at = useNow(now, 1000);
  const left = hold ? Math.ceil((Date.parse(hold.expiresAt) - at) / 1000) : 0;

  useEffect(() => {
    if (!hold || left > 0) return;
    setHold(null);
    setError(null);
    setLost({ why: "over", unsure: sold.current === hold.holdId });
  }, [hold, left]);
  // A time that somebody only looked at goes back at once.
  useEffect(() => {
    if (!hold) return undefined;
    return () => {
      forgetHeld(siteId);
      if (sold.current !== hold.holdId) void driver.letGo(siteId, hold.holdId);
    };
  }, [hold]);
  // A reload gives nothing back: what this tab held is asked for again, until another time is chosen.
  const [held] = useState(() => heldAt(siteId, now()));
  const wanted = useRef(true);
  useEffect(() => {
    if (!held) return undefined;
    void driver.hold(siteId, held.wish, held.key).then((answer) => {
      if (!answer.ok) return;
      if (wanted.current) holdOn(answer.value, held.wish, held.key);
      else void driver.letGo(siteId, answer.value.holdId);
    });
    return giveUpHeld;
  }, []);

  function giveUpHeld(): void {
    wanted.current = false;
    forgetHeld(siteId);
  }

  function holdOn(value: Hold, wished: HeldWish["wish"], key: string): void {
    // By how long it lasts: this device's clock need not be the cloud's.
    const until = now() + value.secondsLeft * 1000;
    keepHeld(siteId, { wish: wished, key, until });
    setHold({ ...value, expiresAt: new Date(until).toISOString() });
  }

  async function take(kind: SeatClass, day: Day, minutes: number, start: number): Promise<void> {
    giveUpHeld();
    setBusy(start);
    setWish(null);
    setError(null);
    setLost(null);
    const [from, to] = [start, start + minutes * 60_000].map((each) => new Date(each).toISOString()) as [
      string,
      string,
    ];
    const wished = { class: kind.class, start: from, end: to };
    const text = JSON.stringify(wished);
    if (asked.current.wish !== text)
      asked.current = { wish: text, key: crypto.getRandomValues(new Uint32Array(4)).join("-") };
    const { key } = asked.current;
    const answer = await driver.hold(siteId, wished, key);
    setBusy(null);
    if (answer.ok || !leavesOpen(answer.error)) asked.current = { wish: "", key: "" };
    if (answer.ok) return holdOn(answer.value, wished, key);
    if (!isTaken(answer.error)) return setError(answer.error);
    setLost({ why: "faster", nearest: nearest(startsOf(kind, day, minutes), start)?.at ?? null });
    setRound(round + 1);
  }
  async function confirm(pin: boolean): Promise<void> {
    if (!hold) return;
    setBusy("confirm");
    setError(null);
    sold.current = hold.holdId;
    // Once it may be booked, asking for the hold again could take a second place.
    forgetHeld(siteId);
    const answer = await driver.confirm(siteId, hold.holdId, pin);
    setBusy(null);
    if (!answer.ok) {
      setError(answer.error);
      if (!leavesOpen(answer.error)) setHold(null);
      return;
    }
    keeper.keep(answer.value, { place });
    route(`/charging/${siteId}/${answer.value.booking}`);
  }

  /** A hold whose confirmation got no answer may be booked: then it is no hold any more, and cannot be given back. */
  async function giveBack(): Promise<void> {
    const given = hold?.holdId;
    setHold(null);
    setError(null);
    if (given === undefined || sold.current !== given) return;
    const answer = await driver.letGo(siteId, given);
    if (!answer.ok) setLost({ why: "over", unsure: true });
  }

  if (hold) {
    return (
      <div class="stack narrow-left">
        <Trouble error={error} words={words} explain={unsureError("unsureBooking")} />
        <HoldPanel
          hold={hold}
          left={left}
          place={place}
          words={words}
          t={t}
          busy={busy === "confirm"}
          onConfirm={(pin) => void confirm(pin)}
          onGiveBack={() => void giveBack()}
        />
      </div>
    );
  }
  return (
    <div class="stack">
      <Trouble error={error} words={words} explain={unsureError("unsureHold")} />
      {lost ? <LostNote lost={lost} timeZone={place.timeZone} /> : null}
      {wish ? (
        <WaitForm
          key={`${wish.class} ${wish.start} ${wish.end}`}
          siteId={siteId}
          wish={wish}
          timeZone={place.timeZone}
          onClose={() => setWish(null)}
        />
      ) : null}
      <SlotPicker
        siteId={siteId}
        timeZone={place.timeZone}
        round={round}
        busy={typeof busy === "number" ? busy : null}
        onTake={(kind, day, minutes, start) => void take(kind, day, minutes, start)}
        onWait={(kind, minutes, start) => {
          setLost(null);
          setWish({
            class: kind.class,
            start: new Date(start).toISOString(),
            end: new Date(start + minutes * 60_000).toISOString(),
          });
        }}
      />
      <a class="back" href={`/places/${siteId}/weekly`}>
        {t("weeklyLink")}
      </a>
    </div>
  );
}

function LostNote({ lost, timeZone }: { lost: Lost; timeZone: string }) {
  const { words, t } = useDriver();
  const isUnsure = lost.why === "over" && lost.unsure;
  return (
    <Note warn>
      <p role="alert">
        {lost.why === "over"
          ? t(isUnsure ? "holdOverUnsure" : "holdOver")
          : lost.nearest === null
            ? t("lostAll")
            : t("lost", { time: words.formatIn(timeZone).time(new Date(lost.nearest).toISOString()) })}
      </p>
      {isUnsure ? (
        <a class="back" href="/charging">
          {t("charging")}
        </a>
      ) : null}
    </Note>
  );
}
