import type { Connector, OwnPlace, PlaceInput, Shares } from "../app/owner/types";
import { siteId } from "./app-data";

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
