import type { Family, Invitation, Me, Settings, SignIn } from "../app/account/api";
import { kindGroups } from "../app/account/kinds";

/** Data of a real shape for tests and screenshots of the pages of an account. */

export const me: Me = {
  user: {
    id: "u",
    email: "a@b.c",
    emailVerified: true,
    name: "Alex",
    language: "en",
    timeZone: "Europe/Berlin",
    phone: "+491701234567",
    premiumUntil: null,
    isAdmin: false,
  },
  organizations: [],
};

export const invitations: Invitation[] = [
  {
    id: "0198f3a0-0000-7000-8000-000000000501",
    kind: "family",
    name: "The Okafors",
    role: null,
    inviter: "Ngozi Okafor",
    expiresAt: "2026-11-27T13:05:12.000Z",
  },
];

export const signIns: SignIn[] = [
  {
    token: "phone",
    userAgent: "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
    createdAt: "2026-11-01T08:00:00.000Z",
    updatedAt: "2026-11-20T18:12:00.000Z",
  },
  {
    token: "here",
    userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    createdAt: "2026-11-21T08:00:00.000Z",
    updatedAt: "2026-11-21T08:00:00.000Z",
  },
];

export const settings: Settings = Object.fromEntries(
  [...kindGroups.driver, ...kindGroups.owner, "somethingNew"].map((kind, index) => [
    kind,
    index % 3 === 0 ? ["email", "push"] : ["push"],
  ]),
);

export const family: Family = {
  id: "0198f3a0-0000-7000-8000-000000000601",
  name: "The Lindens",
  payer: { userId: "u", name: "Alex" },
  drivers: [{ userId: "m", name: "Mira" }],
  invitations: [{ id: "i", email: "jo@example.org", expiresAt: "2026-11-27T13:05:12.000Z" }],
};
