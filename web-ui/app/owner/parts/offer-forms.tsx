import { useState } from "preact/hooks";
import { localTime } from "../../../../shared/tariff/local-time";
import { Choice, Field, Form, Submit, valueOf } from "../../parts/form";
import type { OwnedSite } from "../../types";
import type { Words } from "../../words";
import { planOf, promotionOf } from "../offer-model";
import type { OfferProblem } from "../offer-model";
import { useOwner, useSending } from "../use";
import { Segments, Trouble } from "./bits";

interface OfferProps {
  organizationId: string;
  sites: readonly OwnedSite[];
  words: Words;
  onMade: () => void;
}

/** A discount for a time, for everybody or by code. */
export function PromotionForm({ organizationId, sites, words, onMade }: OfferProps) {
  const { o, ask, now } = useOwner();
  const sending = useSending();
  const [how, setHow] = useState<"percent" | "amount">("percent");
  const [who, setWho] = useState<"all" | "code">("all");
  const [problem, setProblem] = useState<OfferProblem | null>(null);
  const { timeZone, currency } = basisOf(sites);
  const today = localTime(timeZone, now()).date;
  const nextMonth = new Date(Date.parse(today) + 30 * 86_400_000).toISOString().slice(0, 10);
  const send = (form: HTMLFormElement) => {
    const field = (name: string) => valueOf(form, name);
    const result = promotionOf(
      {
        name: field("offerName"),
        how,
        off: field("offerOff"),
        code: who === "code" ? field("offerCode") : null,
        from: field("offerFrom"),
        to: field("offerTo"),
        maxUses: field("offerMax"),
        siteId: field("offerSite"),
      },
      { timeZone, currency },
    );
    setProblem("problem" in result ? result.problem : null);
    if ("problem" in result) return;
    void sending.send(
      () => ask("post", "/v1/organizations/:organizationId/promotions", { organizationId }, { json: result.promotion }),
      onMade,
    );
  };
  return (
    <Form class="card stack" onSend={send}>
      <h3>{o("promotionAdd")}</h3>
      <Field id="offerName" label={o("offerName")} hint={o("offerNameHint")} required maxLength={60} />
      <Segments
        label={o("offerHow")}
        value={how}
        options={[
          ["percent", o("offerPercent")],
          ["amount", o("offerAmount", { currency })],
        ]}
        onChange={setHow}
      />
      <Field
        id="offerOff"
        label={how === "percent" ? o("offerPercent") : o("offerAmount", { currency })}
        inputMode="decimal"
        required
        error={problem === "offerOffWrong" ? o(problem) : undefined}
      />
      <Segments
        label={o("offerWho")}
        value={who}
        options={[
          ["all", o("offerAll")],
          ["code", o("offerByCode")],
        ]}
        onChange={setWho}
      />
      {who === "code" ? (
        <Field
          id="offerCode"
          label={o("offerCode")}
          hint={o("offerCodeHint")}
          required
          maxLength={30}
          error={problem === "offerCodeWrong" ? o(problem) : undefined}
        />
      ) : null}
      <div class="pair-fields">
        <Field id="offerFrom" type="date" label={o("offerFrom")} defaultValue={today} required />
        <Field
          id="offerTo"
          type="date"
          label={o("offerTo")}
          defaultValue={nextMonth}
          required
          error={problem === "offerTimeWrong" ? o(problem) : undefined}
        />
        <Field
          id="offerMax"
          label={o("offerMax")}
          inputMode="decimal"
          error={problem === "offerMaxWrong" ? o(problem) : undefined}
        />
      </div>
      <SiteChoice sites={sites} />
      <Trouble error={sending.error} words={words} />
      <Submit busy={sending.state === "busy"} words={words}>
        {o("promotionAdd")}
      </Submit>
    </Form>
  );
}

/** A membership: what it costs a month and what it gives. */
export function PlanForm({ organizationId, sites, words, onMade }: OfferProps) {
  const { o, ask } = useOwner();
  const sending = useSending();
  const [problem, setProblem] = useState<OfferProblem | null>(null);
  const { currency } = basisOf(sites);
  const send = (form: HTMLFormElement) => {
    const field = (name: string) => valueOf(form, name);
    const result = planOf(
      {
        name: field("offerName"),
        fee: field("planFee"),
        vat: field("planVat"),
        percent: field("planOff"),
        energy: field("planKwh"),
        siteId: field("offerSite"),
      },
      currency,
    );
    setProblem("problem" in result ? result.problem : null);
    if ("problem" in result) return;
    void sending.send(
      () => ask("post", "/v1/organizations/:organizationId/plans", { organizationId }, { json: result.plan }),
      onMade,
    );
  };
  const inputMode = "decimal" as const;
  return (
    <Form class="card stack" onSend={send}>
      <h3>{o("planAdd")}</h3>
      <p class="sub">{o("planHint")}</p>
      <Field id="offerName" label={o("offerName")} required maxLength={60} />
      <div class="pair-fields">
        <Field
          id="planFee"
          label={o("planFee", { currency })}
          inputMode={inputMode}
          required
          error={problem === "planFeeWrong" ? o(problem) : undefined}
        />
        <Field
          id="planVat"
          label={words.t("vatRate")}
          inputMode={inputMode}
          defaultValue="19"
          error={problem === "planVatWrong" ? o(problem) : undefined}
        />
      </div>
      <div class="pair-fields">
        <Field
          id="planOff"
          label={o("planOff")}
          inputMode={inputMode}
          error={problem === "planGivesWrong" ? o(problem) : undefined}
        />
        <Field id="planKwh" label={o("planKwh")} inputMode={inputMode} />
      </div>
      <SiteChoice sites={sites} />
      <Trouble error={sending.error} words={words} />
      <Submit busy={sending.state === "busy"} words={words}>
        {o("planAdd")}
      </Submit>
    </Form>
  );
}

function SiteChoice({ sites }: { sites: readonly OwnedSite[] }) {
  const { o } = useOwner();
  const options = [["", o("allSites")] as const, ...sites.map((site) => [site.siteId, site.name] as const)];
  return <Choice id="offerSite" label={o("ofSite")} value="" options={options} />;
}

/** The zone that dates are meant in and the currency of money: those of the first site. */
function basisOf(sites: readonly OwnedSite[]): { timeZone: string; currency: string } {
  return sites[0] ?? { timeZone: "UTC", currency: "EUR" };
}
