import { currencyDigits } from "../../../shared/money";
import { readNumber } from "../tariff-form";
import { instantOf } from "./calendar-model";
import type { NewPlan, NewPromotion } from "./types";

/** Offers as their forms have them, and what is sent. Money in units of the currency, percent and kWh as typed. */

export type OfferProblem =
  | "offerOffWrong"
  | "offerCodeWrong"
  | "offerTimeWrong"
  | "offerMaxWrong"
  | "planFeeWrong"
  | "planVatWrong"
  | "planGivesWrong";

export interface PromotionForm {
  name: string;
  how: "percent" | "amount";
  off: string;
  /** null: for everybody. */
  code: string | null;
  /** ISO dates at the site; the last day is in it whole. */
  from: string;
  to: string;
  /** Empty: as often as anybody likes. */
  maxUses: string;
  /** Empty: at all sites. */
  siteId: string;
}

const dayMs = 86_400_000;

export function promotionOf(
  form: PromotionForm,
  { timeZone, currency }: { timeZone: string; currency: string },
): { promotion: NewPromotion } | { problem: OfferProblem } {
  const off = readNumber(form.off);
  const scale = form.how === "percent" ? 100 : 10 ** currencyDigits(currency);
  const value = Math.round((off ?? 0) * scale);
  if (off === null || value < 1 || (form.how === "percent" && value > 10_000)) return { problem: "offerOffWrong" };
  const code = form.code === null ? null : form.code.trim().toUpperCase();
  if (code !== null && !/^[A-Z0-9][A-Z0-9-]{2,29}$/.test(code)) return { problem: "offerCodeWrong" };
  const startsAt = instantOf(timeZone, form.from, "00:00");
  const after = Number.isNaN(Date.parse(form.to))
    ? ""
    : new Date(Date.parse(form.to) + dayMs).toISOString().slice(0, 10);
  const endsAt = instantOf(timeZone, after, "00:00");
  if (startsAt === null || endsAt === null || endsAt <= startsAt) return { problem: "offerTimeWrong" };
  const most = readNumber(form.maxUses);
  if (most === null || !Number.isInteger(most)) return { problem: "offerMaxWrong" };
  return {
    promotion: {
      name: form.name.trim(),
      currency,
      ...(form.how === "percent" ? { percent: value } : { amount: value }),
      code,
      startsAt,
      endsAt,
      maxUses: most === 0 ? null : most,
      siteIds: form.siteId === "" ? null : [form.siteId],
    },
  };
}

export interface PlanForm {
  name: string;
  fee: string;
  /** Empty: no VAT applies. */
  vat: string;
  percent: string;
  energy: string;
  siteId: string;
}

export function planOf(form: PlanForm, currency: string): { plan: NewPlan } | { problem: OfferProblem } {
  const [fee, vat, percent, energy] = [form.fee, form.vat, form.percent, form.energy].map(readNumber);
  if (fee === null || fee === undefined) return { problem: "planFeeWrong" };
  if (vat === null || vat === undefined || vat > 100) return { problem: "planVatWrong" };
  const gives = typeof percent === "number" && typeof energy === "number" && percent <= 100 && percent + energy > 0;
  if (!gives) return { problem: "planGivesWrong" };
  return {
    plan: {
      name: form.name.trim(),
      currency,
      monthlyFee: Math.round(fee * 10 ** currencyDigits(currency)),
      vat: form.vat.trim() === "" ? null : Math.round(vat * 100),
      percent: Math.round(percent * 100),
      includedWh: Math.round(energy * 1000),
      siteIds: form.siteId === "" ? null : [form.siteId],
    },
  };
}
