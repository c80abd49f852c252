import type {
  AdminUser,
  Listing,
  LogEntry,
  OwnerPayout,
  ReportedReview,
  ReportedThread,
  WalletPayout,
} from "../app/admin/types";
import { organizationId, siteId } from "./app-data";
import { place } from "./driver-data";

/** Data of a real shape for tests and screenshots of the admins' pages. */

export const adminUser: AdminUser = {
  id: "u-alex",
  email: "alex@lindenhof.example",
  name: "Alex Okafor",
  emailVerified: true,
  createdAt: "2026-03-04T09:12:00.000Z",
  isAdmin: false,
  premiumUntil: "2027-01-31T00:00:00.000Z",
  blocked: false,
  deleted: false,
};
const blockedUser: AdminUser = {
  ...adminUser,
  id: "u-sam",
  email: "sam@example.org",
  name: "Sam Lind",
  emailVerified: false,
  isAdmin: true,
  premiumUntil: null,
  blocked: true,
};
export const adminUsers = [adminUser, blockedUser];

const { hub: _hub, now: _now, tariffs: _tariffs, mayBook: _mayBook, connectors, ...described } = place;

/** A drawn gate, so that no server has to have it. */
const gate = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480"><path fill="#9db7c4" d="M0 0h640v480H0z"/><path fill="#5a6b62" d="M0 330h640v150H0z"/>' +
    '<path fill="#c9c2b4" d="M90 90h460v260H90z"/><path fill="#2f5d8a" d="M170 160h300v190H170z"/><path stroke="#dce6ee" stroke-width="6" d="M170 208h300M170 256h300M170 304h300"/></svg>',
)}`;

export const listing: Listing = {
  ...described,
  state: "submitted",
  reason: null,
  submittedAt: "2026-11-21T09:40:00.000Z",
  decidedAt: null,
  photos: [
    {
      photoId: "0198f3a0-0000-7000-8000-0000000000f1",
      url: gate,
      contentType: "image/jpeg",
      width: 640,
      height: 480,
      caption: "The blue gate, seen from the street",
    },
  ],
  organizationName: "Lindenhof Energy Co-op",
  connectors: connectors.map(({ cpId, connectorId, label, type, current, powerW }) => ({
    ...{ cpId, connectorId, label, type, current, powerW },
    ownPowerW: null,
    told: type !== null,
    link: `https://charge.example/places/${siteId}?connector=${cpId}/${connectorId}`,
  })),
  owners: [
    {
      userId: adminUser.id,
      name: adminUser.name,
      email: adminUser.email,
      since: adminUser.createdAt,
      blocked: false,
    },
  ],
  history: [
    { at: "2026-11-21T09:40:00.000Z", action: "listing.submit", actorName: "Alex Okafor", reason: "" },
    { at: "2026-11-19T15:02:00.000Z", action: "listing.refuse", actorName: "Mira Sol", reason: "No photo." },
    { at: "2026-11-18T10:30:00.000Z", action: "listing.submit", actorName: null, reason: "" },
  ],
};

export const listings: Listing[] = [
  listing,
  {
    ...listing,
    siteId: "0198f3a0-0000-7000-8000-0000000000b2",
    name: "Frau Yilmaz, courtyard",
    host: "private",
    access: "booked",
    lat: 48.2,
    lng: 16.4,
    hours: { week: null, exceptions: [{ date: "2026-12-24", periods: [], note: "Christmas Eve" }] },
    description: "",
    photos: [],
    submittedAt: null,
    history: [],
    owners: [{ ...(listing.owners[0] as Listing["owners"][number]), blocked: true }],
  },
];

export const reported: ReportedReview[] = [
  {
    siteId,
    siteName: "Lindenhof garage",
    reviewId: "0198f3a0-0000-7000-8000-0000000000c1",
    rating: 1,
    text: "The owner is a fool and so is everybody who parks here.",
    answer: "I am sorry that you feel this way. What went wrong?",
    hidden: true,
    reports: [
      { reason: "Insulting", at: "2026-11-20T18:00:00.000Z" },
      { reason: "This is about me, not about the charger", at: "2026-11-21T07:30:00.000Z" },
    ],
  },
  {
    siteId,
    siteName: "Lindenhof garage",
    reviewId: "0198f3a0-0000-7000-8000-0000000000c2",
    rating: 3,
    text: "Works, but the cable is short.",
    answer: null,
    hidden: false,
    reports: [{ reason: "Not true", at: "2026-11-21T08:30:00.000Z" }],
  },
];

export const logEntries: LogEntry[] = [
  {
    id: 812,
    at: "2026-11-21T09:40:00.000Z",
    actorId: "u-mira",
    actorName: "Mira Sol",
    action: "listing.refuse",
    subject: `site:${siteId}`,
    siteId,
    data: { reason: "No photo." },
  },
  {
    id: 811,
    at: "2026-11-21T09:12:00.000Z",
    actorId: null,
    actorName: null,
    action: "admin.granted",
    subject: "user:u-mira",
    siteId: null,
    data: {},
  },
  {
    id: 810,
    at: "2026-11-20T22:05:00.000Z",
    actorId: "u-mira",
    actorName: "Mira Sol",
    action: "premium.set",
    subject: "premium",
    siteId: null,
    data: { percent: 5, plan: "year" },
  },
];

export const ownerPayouts: OwnerPayout[] = [
  {
    payoutId: "0198f3a0-0000-7000-8000-0000000000e1",
    organizationId,
    currency: "EUR",
    period: "2026-10",
    amount: 184_320,
    status: "due",
    reference: null,
    failure: null,
    createdAt: "2026-11-02T04:00:00.000Z",
    statement: {
      organization: "Lindenhof Energy Co-op",
      currency: "EUR",
      period: "2026-10",
      at: "2026-11-02T04:00:00.000Z",
      rows: [],
      settlement: { earned: 184_320, onSite: 0, outstanding: 0, due: 184_320 },
    },
  },
];

export const walletPayouts: WalletPayout[] = [
  {
    paymentId: "0198f3a0-0000-7000-8000-0000000000f1",
    userId: "u-sam",
    name: "Sam Lind",
    email: "sam@example.org",
    currency: "EUR",
    amount: 2450,
    createdAt: "2026-11-19T08:00:00.000Z",
  },
];

export const reportedThread: ReportedThread = {
  siteId,
  siteName: "Lindenhof garage",
  threadId: "0198f3a0-0000-7000-8000-0000000000a7",
  booking: null,
  side: "admin",
  driver: "Sam",
  lastAt: "2026-11-21T08:10:00.000Z",
  lastSeq: 4,
  lastText: "Then stay away from my garage.",
  readSeq: 0,
  theyReadSeq: 4,
  report: { by: "driver", reason: "He threatens me.", at: "2026-11-21T08:20:00.000Z" },
};
