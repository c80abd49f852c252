import type {
  Connector,
  Finance,
  Organization,
  OwnPlace,
  OwnedBill,
  Payouts,
  PlaceInput,
  Shares,
} from "../app/owner/types";
import { organizationId, site, siteId } from "./app-data";

/** Data of a real shape for tests and screenshots of the owners' pages. */

const workday = [{ from: "06:00", to: "24:00" }];

/** What its owner says of a place. */
export const placeSaid: Required<PlaceInput> = {
  host: "business",
  street: "Lindenweg 4",
  postalCode: "10437",
  city: "Berlin",
  country: "DE",
  lat: 52.5412,
  lng: 13.4123,
  description: "Ring at the gate after eight in the evening.",
  facilities: ["CAFE", "TRAM_STOP"],
  hours: {
    week: {
      MONDAY: workday,
      TUESDAY: workday,
      WEDNESDAY: workday,
      THURSDAY: workday,
      FRIDAY: workday,
      SATURDAY: [{ from: "08:00", to: "20:00" }],
      SUNDAY: [],
    },
    exceptions: [{ date: "2026-12-25", periods: [], note: "Christmas" }],
  },
  access: "members",
};

export const ownPlace: OwnPlace = {
  ...placeSaid,
  siteId,
  state: "refused",
  reason: "The photo shows another house.",
  submittedAt: "2026-11-18T09:00:00.000Z",
  decidedAt: "2026-11-19T10:00:00.000Z",
  photos: [],
  rating: { average: 4.6, count: 12 },
};

export const connectors: Connector[] = [
  {
    cpId: "CP1",
    connectorId: 1,
    label: "Bay 1",
    type: "IEC_62196_T2",
    current: "AC",
    powerW: 11_000,
    ownPowerW: null,
    told: true,
    link: `https://hitchpost.example/places/${siteId}?connector=CP1%2F1`,
  },
  {
    cpId: "CP9",
    connectorId: 2,
    label: "",
    type: null,
    current: null,
    powerW: null,
    ownPowerW: 22_000,
    told: false,
    link: `https://hitchpost.example/places/${siteId}?connector=CP9%2F2`,
  },
];

export const shares: Shares = {
  links: [
    {
      linkId: "0198f3a0-0000-7000-8000-0000000000c1",
      name: "Neighbours",
      createdAt: "2026-11-01T08:00:00.000Z",
      expiresAt: null,
      guests: 1,
    },
  ],
  guests: [
    {
      userId: "guest-1",
      name: "Noor",
      linkId: "0198f3a0-0000-7000-8000-0000000000c1",
      since: "2026-11-02T08:00:00.000Z",
    },
  ],
};

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
