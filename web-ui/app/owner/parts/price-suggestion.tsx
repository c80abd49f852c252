import { useState } from "preact/hooks";
import { Field, Form, Submit, valueOf } from "../../parts/form";
import { readNumber } from "../../tariff-form";
import type { OwnedSite } from "../../types";
import type { Words } from "../../words";
import type { Suggestion } from "../types";
import { useOwner, useSending } from "../use";
import { Trouble } from "./bits";

const reasonKeys = {
  cost: "whyCost",
  withProfit: "whyProfit",
  withVat: "whyVat",
  suggested: "whySuggested",
  nearby: "whyNearby",
  loweredToNearby: "whyLowered",
  keptAtCost: "whyKept",
  roomBelowNearby: "whyRoom",
} as const;

/** A price from what the energy costs, the wanted profit, and what is taken nearby; how it came about is said step by step. */
export function PriceSuggestion(props: { site: OwnedSite; words: Words; onTake: (price: number) => void }) {
  const { site, words, onTake } = props;
  const { o, ask } = useOwner();
  const { siteId, currency, timeZone } = site;
  const sending = useSending();
  const [wrong, setWrong] = useState(false);
  const [suggestion, setSuggestion] = useState<Suggestion | null>(null);
  const format = words.formatIn(timeZone);
  const price = (value: number) => format.unitPrice(value, currency);
  const send = (form: HTMLFormElement) => {
    const [cost, profit, vat] = ["cost", "profit", "suggestVat"].map((name) => readNumber(valueOf(form, name)));
    const fits = typeof cost === "number" && cost <= 100 && typeof profit === "number" && profit <= 1000;
    const isRead = fits && typeof vat === "number" && vat <= 100;
    setWrong(!isRead);
    if (!isRead) return;
    const json = {
      costs: [{ start: "00:00", cost: Math.round(cost * 10_000) }],
      profit: Math.round(profit * 100),
      vat: Math.round(vat * 100),
    };
    void sending.send(() => ask("post", "/v1/sites/:siteId/tariffs/suggestion", { siteId }, { json }), setSuggestion);
  };
  const suggested = suggestion?.reasons.find(({ code }) => code === "suggested")?.price;
  const inputMode = "decimal" as const;
  return (
    <details class="card bill-card">
      <summary>
        <strong>{o("suggestTitle")}</strong>
      </summary>
      <Form class="stack inside" onSend={send}>
        <p class="sub">{o("suggestText")}</p>
        <div class="pair-fields">
          <Field id="cost" label={o("suggestCost", { currency })} inputMode={inputMode} defaultValue="0.28" required />
          <Field id="profit" label={o("suggestProfit")} inputMode={inputMode} defaultValue="15" required />
          <Field id="suggestVat" label={words.t("vatRate")} inputMode={inputMode} defaultValue="19" />
        </div>
        {wrong ? (
          <p class="wrong" role="alert">
            {o("suggestWrong")}
          </p>
        ) : null}
        <Trouble error={sending.error} words={words} />
        <Submit busy={sending.state === "busy"} words={words}>
          {o("suggestDo")}
        </Submit>
        {suggestion ? (
          <div class="notice stack" role="status">
            <ol class="items">
              {suggestion.reasons.map((reason, index) => (
                <li key={index}>
                  {o(reasonKeys[reason.code], { price: price(reason.price), count: reason.count ?? 0 })}
                </li>
              ))}
            </ol>
            {suggested === undefined ? null : (
              <button class="button quiet fit" type="button" onClick={() => onTake(suggested)}>
                {o("suggestTake", { price: price(suggested) })}
              </button>
            )}
          </div>
        ) : null}
      </Form>
    </details>
  );
}
