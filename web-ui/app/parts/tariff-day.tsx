import { ownerTexts } from "../owner/words";
import { readNumber } from "../tariff-form";
import { MOST_WINDOWS, dayOf, timeText } from "../tariff-windows";
import type { TimeWindow, WindowErrors } from "../tariff-windows";
import type { Words } from "../words";
import { Field } from "./form";

interface Props {
  windows: TimeWindow[];
  errors: WindowErrors[];
  /** The price of a kWh at other times, as it is typed. */
  energy: string;
  currency: string;
  words: Words;
  onChange: (windows: TimeWindow[]) => void;
}

const hours = [0, 3, 6, 9, 12, 15, 18, 21];

/** Prices by the time of day: the day as a bar, the same in words, and the windows to change. */
export function TariffDay({ windows, errors, energy, currency, words, onChange }: Props) {
  const o = ownerTexts.t();
  const format = words.formatIn("UTC");
  const isWhole = errors.every((each) => Object.keys(each).length === 0);
  const parts = isWhole ? dayOf(windows, readNumber(energy) ?? 0, readNumber) : [];
  const set = (index: number, change: Partial<TimeWindow>) =>
    onChange(windows.map((each, other) => (other === index ? { ...each, ...change } : each)));
  return (
    <fieldset class="windows stack">
      <legend>{o("windows")}</legend>
      <p class="sub">{o("windowsHint")}</p>
      {windows.length > 0 && isWhole ? (
        <div>
          <div class="band" aria-hidden="true">
            {parts.map(({ from, until, isWindow }) => (
              <span
                key={from}
                class={isWindow ? "bar" : "bar bar-walkIn"}
                style={{ left: `${from / 14.4}%`, width: `${(until - from) / 14.4}%` }}
              />
            ))}
          </div>
          <div class="ticks" aria-hidden="true">
            {hours.map((hour) => (
              <span key={hour}>{timeText(hour * 60)}</span>
            ))}
          </div>
          <ul class="sub">
            {parts.map(({ from, until, energy: price }) => (
              <li key={from}>
                {`${timeText(from)} \u2013 ${timeText(until)}: ${o("perKwh", { price: format.unitPrice(Math.round(price * 10_000), currency) })}`}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {windows.map((window, index) => (
        <div class="window" role="group" aria-label={o("window", { number: index + 1 })} key={index}>
          {(["from", "until", "energy"] as const).map((field) => {
            const wrong = errors[index]?.[field];
            return (
              <Field
                key={field}
                id={`window-${index}-${field}`}
                label={field === "energy" ? `${currency}/kWh` : o(labels[field])}
                {...(field === "energy" ? { inputMode: "decimal" as const } : { type: "time" as const })}
                value={window[field]}
                error={wrong && (wrong === "numberError" ? o("windowPriceError") : o(wrong))}
                onInput={({ currentTarget: { value } }) => set(index, { [field]: value })}
              />
            );
          })}
          <button
            class="plain"
            type="button"
            aria-label={`${o("windowRemove")}: ${o("window", { number: index + 1 })}`}
            onClick={() => onChange(windows.filter((_, other) => other !== index))}
          >
            {o("windowRemove")}
          </button>
        </div>
      ))}
      {windows.length < MOST_WINDOWS ? (
        <button
          class="button quiet fit"
          type="button"
          onClick={() => onChange([...windows, { from: "22:00", until: "06:00", energy }])}
        >
          {o("windowAdd")}
        </button>
      ) : null}
    </fieldset>
  );
}

const labels = { from: "windowFrom", until: "windowUntil" } as const;
