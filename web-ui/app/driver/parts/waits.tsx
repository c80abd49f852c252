import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { stopwatch } from "../../../common/format";
import { useDoing } from "../../parts/doing";
import type { Wait } from "../ahead-types";
import { useDriver, useNow } from "../use";
import { Note, PinChoice, Trouble } from "./bits";

interface WaitProps {
  wait: Wait;
  timeZone: string;
  /** With what is to be said where it stood. */
  onDone: (told: string) => void;
}

/** What has come free for who waited: held until it runs out, to book or to leave to the next. */
export function WaitOffer({ wait, timeZone, onDone }: WaitProps) {
  const { words, t, ahead, keeper, now } = useDriver();
  const { route } = useLocation();
  const doing = useDoing();
  const at = useNow(now, 1000);
  // By how long it lasts: this device's clock need not be the cloud's.
  const [pin, setPin] = useState(false);
  const [until] = useState(() => now() + (wait.offer?.secondsLeft ?? 0) * 1000);
  const left = Math.ceil((until - at) / 1000);
  const format = words.formatIn(timeZone);
  const { price } = wait.offer as NonNullable<Wait["offer"]>;
  const take = () =>
    doing.run("take", async () => {
      const answer = await ahead.accept(wait, pin);
      if (answer.ok) {
        keeper.keep(answer.value);
        route(`/charging/${wait.siteId}/${answer.value.booking}`);
      }
      return answer;
    });
  const what = { place: wait.siteName, time: format.dateTime(wait.start) };
  if (left <= 0) {
    return (
      <Note>
        <p role="status">{t("offerGone", what)}</p>
      </Note>
    );
  }
  return (
    <Note>
      <div class="stack">
        <div class="side">
          <h2>{t("offerTitle")}</h2>
          <p class="held" role="timer">
            {t("offerLeft", { time: stopwatch(left).replace(/^0:/, "") })}
          </p>
        </div>
        <p>
          <strong>{wait.siteName}</strong>
          {`, ${t("bookingTimes", { from: format.dateTime(wait.start), until: format.time(wait.end) })}`}
        </p>
        <PinChoice pin={pin} t={t} onChange={setPin} />
        <Trouble error={doing.error} words={words} />
        <div class="pair-buttons">
          <button class="button primary" type="button" aria-busy={doing.busy === "take"} onClick={() => void take()}>
            {price.amount === 0
              ? t("offerTakeFree")
              : t("offerTake", { price: format.money(price.amount, price.currency) })}
          </button>
          <button
            class="button quiet"
            type="button"
            onClick={() =>
              void doing.run("leave", () => ahead.leave(wait)).then((done) => done && onDone(t("offerPassed", what)))
            }
          >
            {t("offerLeave")}
          </button>
        </div>
      </div>
    </Note>
  );
}

/** A place in line, or what became of it. */
export function WaitLine({ wait, timeZone, onDone }: WaitProps) {
  const { words, t, ahead } = useDriver();
  const doing = useDoing();
  const format = words.formatIn(timeZone);
  const what = { place: wait.siteName, time: format.dateTime(wait.start) };
  const state =
    wait.state === "missed"
      ? t("waitMissed")
      : wait.state === "over"
        ? t("waitOver")
        : wait.ahead === 0
          ? t("waitFirst")
          : t("waitAhead", { count: wait.ahead });
  return (
    <li class="card row">
      <span class="what">
        <strong>{wait.siteName}</strong>
        <span>{t("bookingTimes", { from: format.dateTime(wait.start), until: format.time(wait.end) })}</span>
        <span class="sub">{state}</span>
        <Trouble error={doing.error} words={words} />
      </span>
      {wait.state === "waiting" ? (
        <button
          class="button quiet"
          type="button"
          aria-label={`${t("waitLeave")}: ${wait.siteName}`}
          aria-busy={doing.busy !== null}
          onClick={() =>
            void doing.run("leave", () => ahead.leave(wait)).then((done) => done && onDone(t("waitLeft", what)))
          }
        >
          {t("waitLeave")}
        </button>
      ) : null}
    </li>
  );
}
