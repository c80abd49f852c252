import "../../driver/driver.css";
import "../owner.css";
import { useState } from "preact/hooks";
import { marks } from "../../../common/icons";
import { Show } from "../../parts/load";
import type { OwnedSite } from "../../types";
import type { Words } from "../../words";
import { Act, Trouble } from "../parts/bits";
import { BusinessFrame } from "../parts/business-frame";
import { PlanForm, PromotionForm } from "../parts/offer-forms";
import type { Plan, Promotion } from "../types";
import { useAsk, useOwner, useSending } from "../use";

/** Discounts, coupons and memberships of an organisation. */
export default function OffersPage({ organizationId }: { organizationId: string }) {
  return (
    <BusinessFrame organizationId={organizationId} tab="tabOffers" height="row">
      {({ role }) => <Loading organizationId={organizationId} mayChange={role === "owner" || role === "admin"} />}
    </BusinessFrame>
  );
}

interface Offers {
  promotions: Promotion[];
  plans: Plan[];
  sites: OwnedSite[];
}

function Loading({ organizationId, mayChange }: { organizationId: string; mayChange: boolean }) {
  const { words, api } = useOwner();
  const [loaded, again] = useAsk<Offers>(`offers ${organizationId}`, async (ask) => {
    const [promotions, plans, sites] = await Promise.all([
      ask("get", "/v1/organizations/:organizationId/promotions", { organizationId }),
      ask("get", "/v1/organizations/:organizationId/plans", { organizationId }),
      api.sites(),
    ]);
    if (!promotions.ok) return promotions;
    if (!plans.ok) return plans;
    if (!sites.ok) return sites;
    const own = sites.value.sites.filter((site) => site.organizationId === organizationId);
    return { ok: true, value: { promotions: promotions.value.promotions, plans: plans.value.plans, sites: own } };
  });
  return (
    <Show loaded={loaded} words={words} again={again} height="row">
      {(offers) => <Lists organizationId={organizationId} mayChange={mayChange} offers={offers} again={again} />}
    </Show>
  );
}

function Lists(props: { organizationId: string; mayChange: boolean; offers: Offers; again: () => void }) {
  const { organizationId, mayChange, offers, again } = props;
  const { words, o, now } = useOwner();
  const { promotions, plans, sites } = offers;
  const [adding, setAdding] = useState<"promotion" | "plan" | null>(null);
  const made = () => {
    setAdding(null);
    again();
  };
  const form = { organizationId, sites, words, onMade: made };
  return (
    <div class="stack">
      <section class="stack" aria-labelledby="promotions">
        <h2 id="promotions">{o("promotions")}</h2>
        {promotions.length === 0 ? <p class="card empty lead">{o("promotionsNone")}</p> : null}
        <ul class="list">
          {promotions.map((promotion) => (
            <li class="card" key={promotion.promotionId}>
              <PromotionLine
                promotion={promotion}
                sites={sites}
                words={words}
                nowMs={now()}
                path={mayChange ? { organizationId } : null}
                onEnded={again}
              />
            </li>
          ))}
        </ul>
        {!mayChange ? null : adding === "promotion" ? (
          <PromotionForm {...form} />
        ) : (
          <button class="button quiet fit" type="button" onClick={() => setAdding("promotion")}>
            {o("promotionAdd")}
          </button>
        )}
      </section>
      <section class="stack" aria-labelledby="plans">
        <h2 id="plans">{o("plans")}</h2>
        {plans.length === 0 ? <p class="card empty lead">{o("plansNone")}</p> : null}
        <ul class="list">
          {plans.map((plan) => (
            <li class="card" key={plan.planId}>
              <PlanLine
                plan={plan}
                sites={sites}
                words={words}
                path={mayChange ? { organizationId } : null}
                onClosed={again}
              />
            </li>
          ))}
        </ul>
        {!mayChange ? null : adding === "plan" ? (
          <PlanForm {...form} />
        ) : (
          <button class="button quiet fit" type="button" onClick={() => setAdding("plan")}>
            {o("planAdd")}
          </button>
        )}
      </section>
    </div>
  );
}

function PromotionLine(props: {
  promotion: Promotion;
  sites: readonly OwnedSite[];
  words: Words;
  nowMs: number;
  path: { organizationId: string } | null;
  onEnded: () => void;
}) {
  const { promotion, sites, words, nowMs, path, onEnded } = props;
  const { o, ask } = useOwner();
  const ending = useSending();
  const { promotionId, name, code, percent, amount, currency, startsAt, endsAt, endedAt, uses, maxUses, siteIds } =
    promotion;
  const format = words.formatIn(sites[0]?.timeZone ?? "UTC");
  const off = percent === null ? format.money(amount ?? 0, currency) : format.percent(percent);
  const over = endedAt !== null || Date.parse(endsAt) <= nowMs;
  const state = over ? "offerOver" : Date.parse(startsAt) > nowMs ? "offerComing" : "offerRuns";
  return (
    <div class="offer">
      <span class="what">
        <strong>{name}</strong>
        <span>{code === null ? o("offForAll", { off }) : o("offWithCode", { off, code })}</span>
        <span class="sub">
          {[
            `${format.dateTime(startsAt)} \u2013 ${format.dateTime(endsAt)}`,
            sitesText(siteIds, sites, o("allSites")),
            maxUses === null ? o("usesSoFar", { uses }) : o("usesOf", { uses, most: maxUses }),
          ].join(" \u00b7 ")}
        </span>
      </span>
      <span class={`mark mark-${over ? "out" : "free"}`}>
        {over ? marks.out : marks.free}
        {o(state)}
      </span>
      <Trouble error={ending.error} words={words} />
      {path === null || over ? null : (
        <Act
          sending={ending}
          words={words}
          label={`${o("promotionEnd")}: ${name}`}
          onClick={() =>
            void ending.send(
              () =>
                ask("delete", "/v1/organizations/:organizationId/promotions/:promotionId", { ...path, promotionId }),
              onEnded,
            )
          }
        >
          {o("promotionEnd")}
        </Act>
      )}
    </div>
  );
}

function PlanLine(props: {
  plan: Plan;
  sites: readonly OwnedSite[];
  words: Words;
  path: { organizationId: string } | null;
  onClosed: () => void;
}) {
  const { plan, sites, words, path, onClosed } = props;
  const { o, ask } = useOwner();
  const closing = useSending();
  const { planId, name, currency, monthlyFee, percent, includedWh, siteIds, closedAt, members } = plan;
  const format = words.formatIn(plan.timeZone);
  const gives = [
    percent > 0 ? o("planPercent", { percent: format.percent(percent) }) : null,
    includedWh > 0 ? o("planEnergy", { energy: format.kwh(includedWh) }) : null,
  ].filter(Boolean);
  return (
    <div class="offer">
      <span class="what">
        <strong>{name}</strong>
        <span>{[o("planFeeText", { fee: format.money(monthlyFee, currency) }), ...gives].join(" \u00b7 ")}</span>
        <span class="sub">
          {[sitesText(siteIds, sites, o("allSites")), o("planMembers", { count: members })].join(" \u00b7 ")}
        </span>
      </span>
      <span class={`mark mark-${closedAt === null ? "free" : "out"}`}>
        {closedAt === null ? marks.free : marks.out}
        {o(closedAt === null ? "planIsOpen" : "planIsClosed")}
      </span>
      <Trouble error={closing.error} words={words} />
      {path === null || closedAt !== null ? null : (
        <Act
          sending={closing}
          words={words}
          label={`${o("planClose")}: ${name}`}
          onClick={() =>
            void closing.send(
              () => ask("delete", "/v1/organizations/:organizationId/plans/:planId", { ...path, planId }),
              onClosed,
            )
          }
        >
          {o("planClose")}
        </Act>
      )}
    </div>
  );
}

function sitesText(siteIds: readonly string[] | null, sites: readonly OwnedSite[], all: string): string {
  if (siteIds === null) return all;
  return siteIds.map((siteId) => sites.find((site) => site.siteId === siteId)?.name ?? siteId).join(", ");
}
