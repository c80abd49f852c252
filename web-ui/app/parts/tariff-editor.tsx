import { useEffect, useState } from "preact/hooks";
import { priceOf } from "../../../shared/tariff/price";
import type { Tariff } from "../../../shared/tariff/schema";
import { billOf } from "../../common/bill";
import { tariffText } from "../../common/tariff-text";
import { localTime } from "../../../shared/tariff/local-time";
import { instantOf } from "../owner/calendar-model";
import { ownerTexts } from "../owner/words";
import { examplePeriods, readNumber, tariffOf } from "../tariff-form";
import type { FormErrors, TariffForm, TextField } from "../tariff-form";
import type { OwnedSite } from "../types";
import type { Words } from "../words";
import { BillTable } from "./bill";
import { Field, Form, Submit } from "./form";
import { TariffDay } from "./tariff-day";

interface EditorProps {
  form: TariffForm;
  /** What was taken over last, into what is typed. */
  suggested: Pick<TariffForm, "energy"> | null;
  isNew: boolean;
  site: OwnedSite;
  words: Words;
  busy: boolean;
  nowMs: number;
  onSave: (tariff: Tariff) => void;
}

/** A price with few fields, errors at the field, and beside it a bill that follows every key. */
export function TariffEditor({ form: first, suggested, isNew, site, words, busy, nowMs, onSave }: EditorProps) {
  const { t } = words;
  const [form, setForm] = useState(first);
  useEffect(() => {
    if (suggested) setForm((known) => ({ ...known, ...suggested }));
  }, [suggested]);
  const [asked, setAsked] = useState(false);
  const [example, setExample] = useState({ energy: "25", hours: "5", start: "18:00" });
  const result = tariffOf(form, site.currency);
  const errors: FormErrors = "errors" in result ? result.errors : {};
  const errorOf = (field: TextField) => {
    const key = errors[field];
    if (!key || (key === "required" && !asked)) return undefined;
    return t(key as "numberError", { example: words.lang === "de" ? "0,45" : "0.45" });
  };
  const input = (field: TextField) => ({
    id: field,
    value: form[field],
    error: errorOf(field),
    onInput: ({ currentTarget: { value } }: { currentTarget: HTMLInputElement }) =>
      setForm((known) => ({ ...known, [field]: value })),
  });
  const inputMode = "decimal" as const;
  const shown = tariffOf({ ...form, id: form.id || "new" }, site.currency);
  return (
    <div class="columns">
      <Form
        class="card stack"
        noValidate
        onSend={() => {
          setAsked(true);
          if ("tariff" in result && !busy) onSave(result.tariff);
        }}
      >
        <Field {...input("id")} label={t("tariffName")} hint={t("tariffNameHint")} readOnly={!isNew} maxLength={36} />
        <Field {...input("energy")} label={`${t("energyPrice")} (${site.currency})`} inputMode={inputMode} />
        <Field {...input("session")} label={`${t("sessionFee")} (${site.currency})`} inputMode={inputMode} />
        <Field
          {...input("minute")}
          label={`${t("timePrice")} (${site.currency})`}
          hint={t("timeHint")}
          inputMode={inputMode}
        />
        <Field {...input("freeMinutes")} label={t("timeAfter")} inputMode={inputMode} />
        <TariffDay
          windows={form.windows}
          errors={errors.windows ?? form.windows.map(() => ({}))}
          energy={form.energy}
          currency={site.currency}
          words={words}
          onChange={(windows) => setForm((known) => ({ ...known, windows }))}
        />
        <Field {...input("vat")} label={t("vatRate")} hint={t("vatHint")} inputMode={inputMode} />
        <Submit busy={busy} words={words}>
          {t("save")}
        </Submit>
      </Form>
      <section class="card stack" aria-label={t("example")}>
        <h2>{t("example")}</h2>
        <div class="pair-fields">
          <Field
            id="exampleEnergy"
            label={t("exampleEnergy")}
            value={example.energy}
            inputMode={inputMode}
            onInput={({ currentTarget: { value } }) => setExample((known) => ({ ...known, energy: value }))}
          />
          <Field
            id="exampleHours"
            label={t("exampleHours")}
            value={example.hours}
            inputMode={inputMode}
            onInput={({ currentTarget: { value } }) => setExample((known) => ({ ...known, hours: value }))}
          />
        </div>
        {form.windows.length > 0 ? (
          <Field
            id="exampleStart"
            label={ownerTexts.t()("exampleStart")}
            type="time"
            value={example.start}
            onInput={({ currentTarget: { value } }) => setExample((known) => ({ ...known, start: value }))}
          />
        ) : null}
        {"tariff" in shown ? (
          <ExampleBill tariff={shown.tariff} example={example} site={site} words={words} nowMs={nowMs} />
        ) : null}
      </section>
    </div>
  );
}

/** What an example session would cost, by the very function that prices real ones. */
function ExampleBill(props: {
  tariff: Tariff;
  example: { energy: string; hours: string; start: string };
  site: OwnedSite;
  words: Words;
  nowMs: number;
}) {
  const { tariff, example, site, words, nowMs } = props;
  const format = words.formatIn(site.timeZone);
  const energyWh = Math.round(Math.min(readNumber(example.energy) ?? 0, 1000) * 1000);
  const hours = Math.min(readNumber(example.hours) ?? 0, 168);
  const { timeZone } = site;
  const startedAt =
    instantOf(timeZone, localTime(timeZone, nowMs).date, example.start) ?? new Date(nowMs).toISOString();
  const periods = examplePeriods(tariff, energyWh, hours, { startedAt, timeZone });
  const { total, currency } = priceOf(tariff, periods, site.timeZone);
  const cost = { amount: total, currency };
  const text = tariffText(tariff, words.tariff, format);
  return (
    <>
      <BillTable bill={billOf({ tariff, periods, cost, timeZone: site.timeZone }, words.bill, format)} words={words} />
      <ul class="sub">
        {[text.headline, ...text.more].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  );
}
