import type { Money } from "../../../shared/session";
import type { ChargingPeriod, Tariff } from "../../../shared/tariff/schema";

/** What the cloud's API gives a driver of sessions, messages and money. Money in minor units, energy Wh, power W, instants ISO 8601 UTC. */

/** `GET /v1/me/sessions`, and each message of a session's live stream. */
export interface MySession {
  id: string;
  siteId: string;
  siteName: string;
  cpId: string;
  connectorId: number;
  startedAt: string;
  endedAt: string | null;
  meterStart: number;
  meterStop: number | null;
  energyWh: number;
  powerW: number | null;
  lastReadingAt: string;
  timeZone: string;
  tariff: Tariff;
  cost: Money;
  receiptNumber: string | null;
}

/** `GET /v1/me/sessions/{siteId}/{sessionId}` */
export interface MySessionDetail extends MySession {
  periods: ChargingPeriod[];
}

/** `GET /v1/sites/{siteId}/starts/{commandId}` */
export interface Start {
  commandId: string;
  expiresAt: string;
  outcome: "accepted" | "rejected" | "failed" | "expired" | null;
  sessionId: string | null;
}

/** `GET /v1/places/{siteId}/reviews` */
export interface Review {
  reviewId: string;
  rating: number;
  text: string;
  author: string | null;
  createdAt: string;
  answer: string | null;
  answeredAt: string | null;
}

/** `GET /v1/notifications` */
export interface Notice {
  id: string;
  title: string;
  body: string;
  path: string;
  createdAt: string;
  read: boolean;
}

export type Method = "card" | "wallet" | "plan" | "on_site" | "on_account";

/** `GET /v1/me/payment-method` */
export interface PaymentMethod {
  method: Method;
  card: string | null;
  takesCards: boolean;
}

/** `GET /v1/me/cards`; `expires` is a month, `2029-05`. */
export interface SavedCard {
  paymentMethodId: string;
  card: string;
  expires: string | null;
  isDefault: boolean;
}

/** `GET /v1/me/payments/{paymentId}`; `url`: where it can be gone on with. */
export interface PagedPayment {
  paymentId: string;
  purpose: "hold" | "charge" | "top_up" | "refund" | "payout";
  currency: string;
  amount: number;
  status: "pending" | "held" | "succeeded" | "released" | "failed";
  url: string | null;
}

/** `GET /v1/me/balance` */
export interface Balance {
  currency: string;
  outstanding: number;
  wallet: number;
  held: number;
}

/** `GET /v1/me/memberships` */
export interface Membership {
  membershipId: string;
  plan: Plan;
  endsAt: string | null;
  month: { startsAt: string; endsAt: string; usedWh: number };
}

/** `GET /v1/sites/{siteId}/plans`; percentages are 1/100 percent. */
export interface Plan {
  planId: string;
  name: string;
  currency: string;
  monthlyFee: number;
  percent: number;
  includedWh: number;
  timeZone: string;
}

/** `GET /v1/me/coupons` */
export interface Coupon {
  couponId: string;
  name: string;
  percent: number | null;
  amount: number | null;
  currency: string;
  endsAt: string;
  sessionId: string | null;
}
