import { useState } from "preact/hooks";
import { Facts } from "../../../common/facts";
import { stopwatch } from "../../../common/format";
import { tariffText } from "../../../common/tariff-text";
import type { Words } from "../../words";
import { estimateOf } from "../estimate";
import { powerOf } from "../slots-model";
import type { Hold, Place, Reservation } from "../types";
import type { DriverT } from "../words";
import { PinChoice } from "./bits";

interface HoldProps {
  hold: Hold;
  /** Seconds. */
  left: number;
  place: Place;
  words: Words;
  t: DriverT;
  busy: boolean;
  onConfirm: (pin: boolean) => void;
  onGiveBack: () => void;
}

/** A held time: what it costs, when it can be cancelled, and only then the confirmation. */
export function HoldPanel({ hold, left, place, words, t, busy, onConfirm, onGiveBack }: HoldProps) {
  const [pin, setPin] = useState(false);
  const format = words.formatIn(place.timeZone);
  const { start, end, price, tariff } = hold;
  const { energyWh, amount } = estimateOf(tariff, {
    start,
    end,
    powerW: powerOf(hold.class),
    timeZone: place.timeZone,
  });
  const { headline, more } = tariffText(tariff, words.tariff, format);
  const money = (value: number) => format.money(value, price.currency);
  return (
    <section class="card stack" aria-labelledby="summary">
      <div class="side">
        <h2 id="summary">{t("summary")}</h2>
        <p class="held" role="timer">
          {t("heldFor", { time: stopwatch(left).replace(/^0:/, "") })}
        </p>
      </div>
      <p class="headline">{t("bookingTimes", { from: format.dateTime(start), until: format.time(end) })}</p>
      <Facts
        facts={[
          [t("bookingFee"), price.amount === 0 ? t("bookingFree") : money(price.amount)],
          [t("energyPrice"), [headline, ...more].join("; ")],
        ]}
      />
      <p>{t("estimate", { price: money(price.amount + amount), energy: format.kwh(energyWh) })}</p>
      <Rules booking={hold} words={words} t={t} timeZone={place.timeZone} />
      <PinChoice pin={pin} t={t} onChange={setPin} />
      <div class="pair-buttons">
        <button
          class="button primary"
          type="button"
          aria-busy={busy}
          aria-disabled={busy}
          onClick={() => (busy ? undefined : onConfirm(pin))}
        >
          {price.amount === 0 ? t("confirm") : t("confirmPrice", { price: money(price.amount) })}
        </button>
        <button class="button quiet" type="button" onClick={onGiveBack}>
          {t("giveBack")}
        </button>
      </div>
    </section>
  );
}

/** What was agreed for cancelling, arriving and not coming, each as an instant. */
export function Rules(props: {
  booking: Pick<Reservation, "start" | "terms" | "price">;
  words: Words;
  t: DriverT;
  timeZone: string;
}) {
  const { booking, words, t, timeZone } = props;
  const { terms, price, start } = booking;
  const format = words.formatIn(timeZone);
  const at = (minutes: number) => format.dateTime(new Date(Date.parse(start) + minutes * 60_000).toISOString());
  const money = (amount: number) => format.money(amount, price.currency);
  const late = terms.lateCancelFee > 0;
  return (
    <ul class="rules">
      <li>{late ? t("ruleCancel", { time: at(-terms.cancel_until_minutes) }) : t("ruleCancelNever")}</li>
      {late ? <li>{t("ruleCancelFee", { fee: money(terms.lateCancelFee) })}</li> : null}
      <li>{t("ruleEarly", { time: at(-terms.early_start_time) })}</li>
      <li>{t("ruleArrive", { time: at(terms.noshow_timeout) })}</li>
      {terms.noShowFee > 0 ? <li>{t("ruleNoShow", { fee: money(terms.noShowFee) })}</li> : null}
    </ul>
  );
}
