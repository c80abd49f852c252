import type {
  Balance,
  Coupon,
  Membership,
  MySessionDetail,
  Notice,
  PagedPayment,
  PaymentMethod,
  Review,
  SavedCard,
} from "../app/driver/my-types";
import { simpleTariff, siteId } from "./app-data";
import { bills } from "./driver-data";
import { zone } from "./views";

/** Data of a real shape for the pages of a driver's sessions, messages and money. */

export const running: MySessionDetail = {
  id: "0198f3a0-0000-7000-8000-000000000701",
  siteId,
  siteName: "Lindenhof garage",
  cpId: "CP1",
  connectorId: 1,
  startedAt: "2026-11-21T12:18:02.000Z",
  endedAt: null,
  meterStart: 1_204_310,
  meterStop: null,
  energyWh: 8420,
  powerW: 10_840,
  lastReadingAt: "2026-11-21T13:05:00.000Z",
  timeZone: zone,
  tariff: simpleTariff,
  cost: { amount: 379, currency: "EUR" },
  receiptNumber: null,
  periods: [{ start: "2026-11-21T12:18:02.000Z", seconds: 2818, energyWh: 8420, charging: true }],
};
export const over: MySessionDetail = {
  ...running,
  id: "0198f3a0-0000-7000-8000-000000000702",
  startedAt: "2026-11-18T08:18:02.000Z",
  endedAt: "2026-11-18T12:04:02.000Z",
  meterStop: 1_246_730,
  energyWh: 42_420,
  powerW: null,
  cost: { amount: 1909, currency: "EUR" },
  receiptNumber: "R-000042",
  periods: [{ start: "2026-11-18T08:18:02.000Z", seconds: 13_560, energyWh: 42_420, charging: true }],
};

export const notices: Notice[] = [
  {
    id: "0198f3a0-0000-7000-8000-000000000801",
    title: "Charging",
    body: "Lindenhof garage, CP1, since 13:18.",
    path: `/sessions/${siteId}/${running.id}`,
    createdAt: "2026-11-21T12:18:05.000Z",
    read: false,
  },
  {
    id: "0198f3a0-0000-7000-8000-000000000802",
    title: "Charging has ended",
    body: "Lindenhof garage: 42.42 kWh, €19.09.",
    path: `/sessions/${siteId}/${over.id}`,
    createdAt: "2026-11-18T12:04:10.000Z",
    read: true,
  },
];

export const reviews: Review[] = [
  {
    reviewId: "0198f3a0-0000-7000-8000-000000000901",
    rating: 4,
    text: "Easy to find, and the café is good.",
    author: "Mira",
    createdAt: "2026-11-10T09:00:00.000Z",
    answer: "Thank you, see you again!",
    answeredAt: "2026-11-11T09:00:00.000Z",
  },
  {
    reviewId: "0198f3a0-0000-7000-8000-000000000902",
    rating: 5,
    text: "",
    author: null,
    createdAt: "2026-11-02T09:00:00.000Z",
    answer: null,
    answeredAt: null,
  },
];

export const method: PaymentMethod = { method: "card", card: "visa 4242", takesCards: true };
export const noCards: PaymentMethod = { method: "on_account", card: null, takesCards: false };
export const cards: SavedCard[] = [
  { paymentMethodId: "pm_1", card: "visa 4242", expires: "2029-05", isDefault: true },
  { paymentMethodId: "pm_2", card: "mastercard 4444", expires: "2027-11", isDefault: false },
];
const paymentPage: PagedPayment = {
  paymentId: "0198f3a0-0000-7000-8000-000000000d01",
  purpose: "top_up",
  currency: "EUR",
  amount: 5000,
  status: "pending",
  url: "https://checkout.stripe.com/c/pay/cs_1",
};
export const balances: Balance[] = [{ currency: "EUR", outstanding: 2369, wallet: 1500, held: 400 }];
export const openBills = bills.slice(0, 1).map((bill) => ({ ...bill, outstanding: 2369 }));

const plan = {
  planId: "0198f3a0-0000-7000-8000-000000000a01",
  name: "Neighbours",
  currency: "EUR",
  monthlyFee: 990,
  percent: 1000,
  includedWh: 20_000,
  timeZone: zone,
};
export const plans = [plan, { ...plan, planId: "0198f3a0-0000-7000-8000-000000000a02", name: "Plain", percent: 0 }];
export const memberships: Membership[] = [
  {
    membershipId: "0198f3a0-0000-7000-8000-000000000b01",
    plan,
    endsAt: null,
    month: { startsAt: "2026-11-01T23:00:00.000Z", endsAt: "2026-12-01T23:00:00.000Z", usedWh: 8420 },
  },
];
export const coupons: Coupon[] = [
  {
    couponId: "0198f3a0-0000-7000-8000-000000000c01",
    name: "Advent",
    percent: 2000,
    amount: null,
    currency: "EUR",
    endsAt: "2026-12-24T23:00:00.000Z",
    sessionId: null,
  },
];

/** What the server of the built app answers about them. */
export const myAnswers: [RegExp, (id: string) => [status: number, body: unknown]][] = [
  [/^GET \/v1\/me\/sessions$/, () => [200, { sessions: [running, over], nextCursor: null }]],
  [/^GET \/v1\/me\/sessions\/[^/]+\/([^/]+)$/, (id) => [200, id === running.id ? running : over]],
  [/^GET \/v1\/notifications$/, () => [200, { notifications: notices, unread: 1, nextCursor: null }]],
  [/^POST \/v1\/notifications\/read$/, () => [204, null]],
  [/^GET \/v1\/places\/[^/]+\/reviews$/, () => [200, { reviews, nextCursor: null }]],
  [/^GET \/v1\/sites\/[^/]+\/plans$/, () => [200, { plans }]],
  [/^GET \/v1\/me\/payment-method$/, () => [200, method]],
  [/^PUT \/v1\/me\/payment-method$/, () => [200, method]],
  [/^GET \/v1\/me\/cards$/, () => [200, { cards }]],
  [/^POST \/v1\/me\/cards$/, () => [201, { url: "https://checkout.stripe.com/c/pay/cs_card" }]],
  [/^POST \/v1\/me\/cards\/saved$/, () => [200, { card: "visa 4242" }]],
  [/^DELETE \/v1\/me\/cards\/[^/]+$/, () => [204, null]],
  [/^POST \/v1\/me\/wallet\/top-ups$/, () => [201, paymentPage]],
  [/^POST \/v1\/me\/bills\/[^/]+\/pages$/, () => [201, { ...paymentPage, purpose: "charge", amount: 2369 }]],
  // Whoever comes back from this one has paid; the other was left.
  [
    /^GET \/v1\/me\/payments\/([^/]+)$/,
    (id) => [200, { ...paymentPage, ...(id === "paid" ? { status: "succeeded", url: null } : {}) }],
  ],
  [/^DELETE \/v1\/me\/payments\/[^/]+$/, () => [200, { ...paymentPage, status: "released", url: null }]],
  [/^GET \/v1\/me\/balance$/, () => [200, { balances }]],
  [/^GET \/v1\/me\/memberships$/, () => [200, { memberships }]],
  [/^GET \/v1\/me\/coupons$/, () => [200, { coupons }]],
];
