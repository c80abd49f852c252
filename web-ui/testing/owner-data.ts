import type {
  Calendar,
  ChargePoint,
  Connector,
  Fault,
  Met,
  OwnPlace,
  PaymentRules,
  PlaceInput,
  Review,
  Shares,
  Ticket,
} from "../app/owner/types";
import type { BookingSettings } from "../../shared/booking-settings";
import { site, siteId } from "./app-data";

/** Data of a real shape for tests and screenshots of the owners' pages: sites and what happens there. */

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

export const chargePoint: ChargePoint = {
  cpId: "CP1",
  name: "Left gate",
  ownName: "Left gate",
  told: true,
  vendor: "hitchpost",
  model: "ESP32-S3",
  serialNumber: "A-0042",
  firmwareVersion: "1.4.0",
  retiredAt: null,
  bookings: 2,
};

export const paymentRules: PaymentRules = {
  methods: ["card", "wallet", "on_account"],
  onAccountFor: "approved",
  hold: 3000,
};

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

const sold = {
  version: 1,
  pending: false,
  class: "IEC_62196_T2 11kW",
  usedConnector: null,
  price: { amount: 400, currency: "EUR" },
  owed: { amount: 400, currency: "EUR" },
  driver: { userId: "guest-1", name: "Noor" },
};

export const calendar: Calendar = {
  timeZone: site.timeZone,
  days: [
    {
      date: "2026-11-21",
      start: "2026-11-20T23:00:00.000Z",
      end: "2026-11-21T23:00:00.000Z",
      hours: 24,
      connectors: [
        {
          connector: "CP1/1",
          entries: [
            {
              kind: "reservation",
              booking: "b1",
              status: "reserved",
              start: "2026-11-21T16:00:00.000Z",
              end: "2026-11-21T18:00:00.000Z",
              ...sold,
            },
            {
              kind: "walkIn",
              booking: "b2",
              status: "cancelled",
              start: "2026-11-21T08:00:00.000Z",
              end: "2026-11-21T09:00:00.000Z",
              ...sold,
              owed: { amount: 0, currency: "EUR" },
              driver: null,
            },
            {
              kind: "session",
              id: "0198f3a0-0000-7000-8000-000000000001",
              start: "2026-11-21T12:18:02.000Z",
              end: null,
              energyWh: 8420,
              cost: { amount: 379, currency: "EUR" },
              driver: null,
            },
          ],
        },
        {
          connector: "CP2/1",
          entries: [
            {
              kind: "block",
              blockId: "0198f3a0-0000-7000-8000-0000000000a1",
              allConnectors: false,
              start: "2026-11-21T20:00:00.000Z",
              end: "2026-11-22T06:00:00.000Z",
            },
          ],
        },
        { connector: "CP3/1", entries: [] },
      ],
    },
  ],
  previousDate: "2026-11-20",
  nextDate: "2026-11-22",
  nextCursor: null,
  truncated: false,
};

export const met: Met = {
  shown: "shown-1",
  count: 2,
  affected: [
    {
      booking: "b1",
      version: 1,
      seat: "CP1/1",
      class: "IEC_62196_T2 11kW",
      start: "2026-11-21T16:00:00.000Z",
      end: "2026-11-21T18:00:00.000Z",
      why: ["blocked"],
      then: "stays",
    },
  ],
};

export const bookingRules: BookingSettings = {
  open: true,
  walkInSeat: true,
  frontierMinutes: 120,
  bufferMinutes: 5,
  maxMinutes: 240,
  pricePerHour: 150,
  terms: {
    early_start_time: 10,
    noshow_timeout: 15,
    late_stop_time: 5,
    cancel_until_minutes: 60,
    lateCancelFee: 200,
    noShowFee: 0,
    compensation: 0,
  },
};

export const faults: Fault[] = [
  {
    faultId: "0198f3a0-0000-7000-8000-0000000000f2",
    cpId: "CP3",
    connectorId: 1,
    errorCode: "GroundFailure",
    vendorErrorCode: "E12",
    info: null,
    openedAt: "2026-11-21T11:55:00.000Z",
    closedAt: null,
    downtimeSeconds: 4212,
  },
  {
    faultId: "0198f3a0-0000-7000-8000-0000000000f3",
    cpId: "CP2",
    connectorId: 0,
    errorCode: "OverVoltage",
    vendorErrorCode: null,
    info: null,
    openedAt: "2026-11-19T11:55:00.000Z",
    closedAt: "2026-11-19T12:55:00.000Z",
    downtimeSeconds: 3600,
  },
];

export const ticket: Ticket = {
  ticketId: "0198f3a0-0000-7000-8000-0000000000f4",
  cpId: "CP2",
  connectorId: 0,
  title: "Voltage too high",
  faultId: "0198f3a0-0000-7000-8000-0000000000f3",
  openedAt: "2026-11-19T12:00:00.000Z",
  cause: null,
  fixedBy: null,
  fixedAt: null,
  downtimeSeconds: 3600,
  history: [{ at: "2026-11-19T12:00:00.000Z", kind: "opened", text: "Voltage too high", by: "Alex" }],
};

export const reviews: Review[] = [
  {
    reviewId: "0198f3a0-0000-7000-8000-0000000000b1",
    rating: 4,
    text: "Works well, but the gate was closed.",
    author: "Noor",
    createdAt: "2026-11-20T09:00:00.000Z",
    answer: null,
    answeredAt: null,
  },
  {
    reviewId: "0198f3a0-0000-7000-8000-0000000000b2",
    rating: 5,
    text: "",
    author: null,
    createdAt: "2026-11-18T09:00:00.000Z",
    answer: "Thank you.",
    answeredAt: "2026-11-18T10:00:00.000Z",
  },
];
