import type { Answer, Call } from "../api";
import type {
  Balance,
  Coupon,
  Membership,
  MySession,
  MySessionDetail,
  Notice,
  PagedPayment,
  PaymentMethod,
  Plan,
  Review,
  SavedCard,
  Start,
} from "./my-types";
import { withShare } from "./share";
import type { Bill } from "./types";

const id = encodeURIComponent;
const after = (cursor: string | null) => (cursor === null ? "" : `&cursor=${id(cursor)}`);

/** The part of the cloud's API for a driver's sessions, messages and money. */
export function myApi(call: Call) {
  const session = (siteId: string, sessionId: string) => `/me/sessions/${id(siteId)}/${id(sessionId)}`;
  return {
    sessions: (cursor: string | null): Promise<Answer<{ sessions: MySession[]; nextCursor: string | null }>> =>
      call("GET", `/me/sessions?limit=25${after(cursor)}`),
    session: (siteId: string, sessionId: string): Promise<Answer<MySessionDetail>> =>
      call("GET", session(siteId, sessionId)),
    stop: (siteId: string, sessionId: string): Promise<Answer<unknown>> =>
      call("POST", `${session(siteId, sessionId)}/stop`),
    start: (siteId: string, cpId: string, connectorId: number): Promise<Answer<{ commandId: string }>> =>
      call("POST", `/sites/${id(siteId)}/starts`, { cpId, connectorId }),
    started: (siteId: string, commandId: string): Promise<Answer<Start>> =>
      call("GET", `/sites/${id(siteId)}/starts/${id(commandId)}`),
    reviews: (
      siteId: string,
      cursor: string | null,
    ): Promise<Answer<{ reviews: Review[]; nextCursor: string | null }>> =>
      call("GET", withShare(siteId, `/places/${id(siteId)}/reviews?limit=10${after(cursor)}`)),
    review: (siteId: string, sessionId: string, review: { rating: number; text: string }): Promise<Answer<Review>> =>
      call("POST", `/sites/${id(siteId)}/sessions/${id(sessionId)}/review`, review),
    notices: (cursor: string | null): Promise<Answer<{ notifications: Notice[]; nextCursor: string | null }>> =>
      call("GET", `/notifications?limit=25${after(cursor)}`),
    read: (which: { ids: string[] } | { all: true }): Promise<Answer<null>> =>
      call("POST", "/notifications/read", which),
    paymentMethod: (): Promise<Answer<PaymentMethod>> => call("GET", "/me/payment-method"),
    setMethod: (method: PaymentMethod["method"]): Promise<Answer<PaymentMethod>> =>
      call("PUT", "/me/payment-method", { method }),
    balances: (): Promise<Answer<{ balances: Balance[] }>> => call("GET", "/me/balance"),
    openBills: (): Promise<Answer<{ bills: Bill[] }>> => call("GET", "/me/bills?limit=25&open=true"),
    pay: (chargeId: string, from: "wallet" | "card"): Promise<Answer<Bill>> =>
      call("POST", `/me/bills/${id(chargeId)}/pay`, { from }),
    payPage: (chargeId: string): Promise<Answer<PagedPayment>> => call("POST", `/me/bills/${id(chargeId)}/pages`),
    topUp: (amount: number, currency: string, key: string): Promise<Answer<PagedPayment>> =>
      call("POST", "/me/wallet/top-ups", { amount, currency }, key),
    payment: (paymentId: string): Promise<Answer<PagedPayment>> => call("GET", `/me/payments/${id(paymentId)}`),
    dropPayment: (paymentId: string): Promise<Answer<unknown>> => call("DELETE", `/me/payments/${id(paymentId)}`),
    cards: (): Promise<Answer<{ cards: SavedCard[] }>> => call("GET", "/me/cards"),
    cardPage: (): Promise<Answer<{ url: string }>> => call("POST", "/me/cards"),
    takeCard: (checkoutId: string): Promise<Answer<{ card: string | null }>> =>
      call("POST", "/me/cards/saved", { checkoutId }),
    useCard: (paymentMethodId: string): Promise<Answer<PaymentMethod>> =>
      call("PUT", "/me/payment-method", { method: "card", paymentMethodId }),
    removeCard: (paymentMethodId: string): Promise<Answer<unknown>> =>
      call("DELETE", `/me/cards/${id(paymentMethodId)}`),
    emptyWallet: (currency: string, key: string): Promise<Answer<unknown>> =>
      call("POST", "/me/wallet/refunds", { currency }, key),
    memberships: (): Promise<Answer<{ memberships: Membership[] }>> => call("GET", "/me/memberships"),
    leavePlan: (membershipId: string): Promise<Answer<Membership>> =>
      call("DELETE", `/me/memberships/${id(membershipId)}`),
    plans: (siteId: string): Promise<Answer<{ plans: Plan[] }>> => call("GET", `/sites/${id(siteId)}/plans`),
    join: (planId: string): Promise<Answer<Membership>> => call("POST", "/me/memberships", { planId }),
    coupons: (): Promise<Answer<{ coupons: Coupon[] }>> => call("GET", "/me/coupons"),
    redeem: (siteId: string, code: string): Promise<Answer<Coupon>> => call("POST", "/me/coupons", { siteId, code }),
  };
}
export type MyApi = ReturnType<typeof myApi>;
