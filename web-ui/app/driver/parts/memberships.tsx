import type { Doing } from "../../parts/doing";
import type { Coupon, Membership } from "../my-types";
import { useDriver } from "../use";
import { discountText } from "./offers";

/** The plans that a driver has joined. */
export function Memberships(props: {
  memberships: Membership[];
  busy: string | null;
  run: (name: string, change: Parameters<Doing["run"]>[1]) => Promise<void>;
}) {
  const { memberships, busy, run } = props;
  const { words, t, my } = useDriver();
  return (
    <section class="card stack" aria-labelledby="memberships">
      <h2 id="memberships">{t("memberships")}</h2>
      {memberships.length === 0 ? <p class="sub">{t("noMemberships")}</p> : null}
      <ul>
        {memberships.map(({ membershipId, plan, endsAt, month }) => {
          const format = words.formatIn(plan.timeZone);
          return (
            <li class="line" key={membershipId}>
              <span class="what">
                <strong>{plan.name}</strong>
                <span class="sub">{t("monthly", { fee: format.money(plan.monthlyFee, plan.currency) })}</span>
                {plan.includedWh > 0 ? (
                  <span class="sub">
                    {t("usedOf", { used: format.kwh(month.usedWh), all: format.kwh(plan.includedWh) })}
                  </span>
                ) : null}
                {endsAt ? <span class="sub">{t("endsOn", { date: format.date(endsAt) })}</span> : null}
              </span>
              {endsAt ? null : (
                <button
                  class="button quiet"
                  type="button"
                  aria-label={`${t("leavePlan")}: ${plan.name}`}
                  aria-busy={busy === membershipId}
                  onClick={() => void run(membershipId, () => my.leavePlan(membershipId))}
                >
                  {t("leavePlan")}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The coupons that a driver has redeemed. */
export function Coupons({ coupons }: { coupons: Coupon[] }) {
  const { words, t } = useDriver();
  return (
    <section class="card stack" aria-labelledby="coupons">
      <h2 id="coupons">{t("coupons")}</h2>
      {coupons.length === 0 ? <p class="sub">{t("noCoupons")}</p> : null}
      <ul>
        {coupons.map((coupon) => {
          const format = words.formatIn("UTC");
          return (
            <li class="line" key={coupon.couponId}>
              <span class="what">
                <strong>{coupon.name}</strong>
                <span class="sub">{discountText(coupon, format, t)}</span>
              </span>
              <span class="sub">
                {coupon.sessionId ? t("couponUsed") : t("goodUntil", { date: format.date(coupon.endsAt) })}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
