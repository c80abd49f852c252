import { createECDH, randomBytes } from "node:crypto";
import type { TestCloud } from "../../testing/cloud";
import type { Person } from "../../testing/person";
import { notify } from "../notify";

interface Inbox {
  notifications: { id: string; kind: string; title: string; body: string; read: boolean }[];
  unread: number;
  nextCursor: string | null;
}
export const inbox = (person: Person, query = "") => person.ok<Inbox>("GET", `/v1/notifications${query}`);

/** Somebody who is told of payouts by these channels. */
export async function reader(cloud: TestCloud, ...channels: string[]) {
  const person = await cloud.person();
  const userId = await person.userId();
  await person.ok("PATCH", "/v1/notifications/settings", { channels: { payout: channels } });
  const tell = (n: number) => {
    const data = { amount: 100 * n, currency: "EUR", period: `2026-0${n}` };
    return notify(cloud.db, { userId, kind: "payout", key: String(n), data, now: cloud.now() });
  };
  return { person, userId, tell };
}

/** A browser's subscription to web push. */
export function browser(name: string) {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  const keys = { p256dh: pair.getPublicKey("base64url"), auth: randomBytes(16).toString("base64url") };
  return { endpoint: `https://fcm.googleapis.com/fcm/send/${name}`, expirationTime: null, keys };
}
