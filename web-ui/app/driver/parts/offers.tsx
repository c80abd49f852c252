import type { Format } from "../../../common/format";
import { Field, Form, Submit, valueOf } from "../../parts/form";
import { useDoing } from "../../parts/doing";
import { useLoad } from "../../parts/load";
import type { Coupon, Plan } from "../my-types";
import { useDriver } from "../use";
import type { DriverT } from "../words";
import { Trouble } from "./bits";

/** What something takes off a bill. */
export function discountText(
  { percent, amount, currency }: Pick<Coupon, "percent" | "amount" | "currency">,
  format: Format,
  t: DriverT,
): string {
  return t("off", { what: percent === null ? format.money(amount ?? 0, currency) : format.percent(percent) });
}

/** Plans to join at a place, and where a coupon's code is typed in; for who is signed in. */
export function Offers({ siteId, timeZone }: { siteId: string; timeZone: string }) {
  const { words, t, my } = useDriver();
  const [plans] = useLoad(`plans ${siteId}`, () => my.plans(siteId));
  const doing = useDoing();
  const format = words.formatIn(timeZone);
  const offered = plans.state === "there" ? plans.value.plans : [];
  return (
    <section class="card stack" aria-labelledby="offers">
      <h2 id="offers">{t("offers")}</h2>
      <Trouble error={doing.error} words={words} />
      {offered.length > 0 ? (
        <ul>
          {offered.map((plan) => (
            <li class="line" key={plan.planId}>
              <span class="what">
                <strong>{plan.name}</strong>
                <span class="sub">{planText(plan, format, t)}</span>
              </span>
              <button
                class="button quiet"
                type="button"
                aria-label={`${t("joinPlan")}: ${plan.name}`}
                aria-busy={doing.busy === plan.planId}
                onClick={() => void doing.run(plan.planId, () => my.join(plan.planId))}
              >
                {t("joinPlan")}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <Form
        class="stack"
        onSend={async (form) => {
          const code = valueOf(form, "coupon").trim();
          if (await doing.run("coupon", () => my.redeem(siteId, code))) form.reset();
        }}
      >
        <Field id="coupon" label={t("couponCode")} hint={t("couponHint")} required maxLength={30} />
        <Submit busy={doing.busy === "coupon"} words={words}>
          {t("redeem")}
        </Submit>
      </Form>
      <p class="saved" role="status">
        {doing.done ? t(doing.done === "coupon" ? "redeemed" : "joined") : null}
      </p>
    </section>
  );
}

function planText(plan: Plan, format: Format, t: DriverT): string {
  return [
    t("monthly", { fee: format.money(plan.monthlyFee, plan.currency) }),
    plan.percent > 0 ? t("off", { what: format.percent(plan.percent) }) : "",
    plan.includedWh > 0 ? t("includes", { energy: format.kwh(plan.includedWh) }) : "",
  ]
    .filter(Boolean)
    .join(" \u00b7 ");
}
