import type { Finance, Organization, OwnedBill, Payouts, Plan, Promotion } from "../app/owner/types";
import { organizationId, site, siteId } from "./app-data";

/** Data of a real shape for tests and screenshots of the owners' pages: money, offers and team. */

export const organization: Organization = {
  organizationId,
  name: "Lindenhof Energy Co-op",
  role: "owner",
  members: [
    { userId: "u", name: "Alex", email: "a@b.c", role: "owner" },
    { userId: "v", name: "Robin", email: "robin@b.c", role: "installer" },
  ],
  invitations: [
    {
      id: "0198f3a0-0000-7000-8000-0000000000d1",
      email: "new@b.c",
      role: "member",
      expiresAt: "2026-11-28T08:00:00.000Z",
    },
  ],
};

const sums = { bills: 31, gross: 119_000, tax: 19_000, net: 100_000, fees: 2975, earned: 116_025 };

export const finance: Finance = {
  rows: [
    { month: "2026-10", siteId, siteName: site.name, currency: "EUR", ...sums },
    { month: "2026-11", siteId, siteName: site.name, currency: "EUR", ...sums },
    { month: "2026-11", siteId: null, siteName: null, currency: "EUR", ...sums },
  ],
  totals: [{ currency: "EUR", bills: 93, gross: 357_000, tax: 57_000, net: 300_000, fees: 8925, earned: 348_075 }],
  settlements: [{ currency: "EUR", earned: 116_025, onSite: 20_000, outstanding: 5000, due: 91_025 }],
};

export const bill: OwnedBill = {
  chargeId: "0198f3a0-0000-7000-8000-0000000000e1",
  number: "2026-000073",
  type: "invoice",
  kind: "session",
  at: "2026-11-20T18:00:00.000Z",
  organizationId,
  siteId,
  siteName: site.name,
  timeZone: site.timeZone,
  currency: "EUR",
  method: "on_account",
  seller: site.seller,
  buyer: { name: "Noor", email: "noor@b.c" },
  subject: null,
  corrects: null,
  lines: [
    { text: "ENERGY", net: 1000, vat: 190, vatRate: 1900 },
    { text: "Parking disc", net: 100, vat: 0, vatRate: null },
  ],
  vatTable: [
    { vatRate: 1900, net: 1000, vat: 190 },
    { vatRate: null, net: 100, vat: 0 },
  ],
  net: 1100,
  vat: 190,
  gross: 1290,
  outstanding: 290,
};

export const payouts: Payouts = {
  due: finance.settlements,
  account: { connected: false, ready: false, takesCards: true },
  payouts: [
    {
      payoutId: "0198f3a0-0000-7000-8000-0000000000f1",
      organizationId,
      currency: "EUR",
      period: "2026-10",
      amount: 116_025,
      status: "paid",
      reference: "SEPA 4711",
      failure: null,
      createdAt: "2026-11-02T06:00:00.000Z",
      statement: {
        organization: organization.name,
        currency: "EUR",
        period: "2026-10",
        at: "2026-11-02T06:00:00.000Z",
        rows: [],
        settlement: { earned: 116_025, onSite: 0, outstanding: 0, due: 116_025 },
      },
    },
  ],
};

export const promotions: Promotion[] = [
  {
    promotionId: "0198f3a0-0000-7000-8000-0000000000c2",
    name: "Winter",
    percent: 1000,
    amount: null,
    currency: "EUR",
    startsAt: "2026-11-01T00:00:00.000Z",
    endsAt: "2026-12-01T00:00:00.000Z",
    siteIds: [siteId],
    code: "WINTER-26",
    maxUses: 100,
    maxUsesPerDriver: 1,
    uses: 3,
    endedAt: null,
  },
  {
    promotionId: "0198f3a0-0000-7000-8000-0000000000c3",
    name: "Opening",
    percent: null,
    amount: 500,
    currency: "EUR",
    startsAt: "2026-10-01T00:00:00.000Z",
    endsAt: "2026-10-08T00:00:00.000Z",
    siteIds: null,
    code: null,
    maxUses: null,
    maxUsesPerDriver: 1,
    uses: 12,
    endedAt: null,
  },
];

export const plans: Plan[] = [
  {
    planId: "0198f3a0-0000-7000-8000-0000000000c4",
    name: "Neighbours",
    currency: "EUR",
    monthlyFee: 900,
    vat: 1900,
    percent: 1000,
    includedWh: 50_000,
    siteIds: null,
    timeZone: site.timeZone,
    createdAt: "2026-10-01T00:00:00.000Z",
    closedAt: null,
    members: 7,
  },
];
