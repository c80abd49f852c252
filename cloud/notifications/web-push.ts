import webPush from "web-push";
import { z } from "zod";
import type { Db } from "../db/database";
import { sharedSetting } from "../db/settings";
import { DeadAddress } from "./mail";

/** Whose push services browsers use. The cloud sends to no other host, since a subscription's address is whatever a client says. */
const services = [
  /^fcm\.googleapis\.com$/,
  /^updates\.push\.services\.mozilla\.com$/,
  /^[a-z0-9-]+\.notify\.windows\.com$/,
  /^web\.push\.apple\.com$/,
];

const key = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_-]+$/, "base64url is expected");

/** A browser's subscription, as its `PushSubscription.toJSON()` gives it (W3C Push API). */
export const subscriptionSchema = z.strictObject({
  endpoint: z.url().max(1000).refine(isService, "an address of a browser's push service is expected"),
  expirationTime: z.number().nullish(),
  keys: z.strictObject({
    p256dh: key.refine((text) => Buffer.from(text, "base64url").length === 65, "a P-256 public key is expected"),
    auth: key.refine((text) => Buffer.from(text, "base64url").length === 16, "16 bytes are expected"),
  }),
});
type Subscription = Pick<z.infer<typeof subscriptionSchema>, "endpoint" | "keys">;

function isService(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname, port, username } = new URL(endpoint);
  return protocol === "https:" && port === "" && username === "" && services.some((each) => each.test(hostname));
}

/** The way out by web push (RFC 8030), signed by VAPID (RFC 8292). */
export interface Push {
  /** For the browsers that subscribe. */
  publicKey: string;
  /** `topic` replaces an older message that was not delivered yet. Throws `DeadAddress` where the subscription is over. */
  send(to: Subscription, payload: object, topic: string): Promise<void>;
}

const TIMEOUT_MS = 20_000;
/** Seconds for which the service keeps it for a browser that is off. */
const KEEP_SECONDS = 86_400;

/** The keys are made at the first start and kept in the database, for all processes. `subject` tells push services whom to write to. */
export async function loadPush(db: Db, subject: string): Promise<Push> {
  const kept = await sharedSetting(db, "vapid", () => JSON.stringify(webPush.generateVAPIDKeys()));
  const keys = JSON.parse(kept) as { publicKey: string; privateKey: string };
  return {
    publicKey: keys.publicKey,
    async send(to, payload, topic) {
      const vapidDetails = { subject, ...keys };
      const { endpoint, method, headers, body } = webPush.generateRequestDetails(to, JSON.stringify(payload), {
        vapidDetails,
        TTL: KEEP_SECONDS,
        topic: topic.replaceAll("-", ""),
        contentEncoding: "aes128gcm",
      });
      const response = await fetch(endpoint, {
        method,
        headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
        body: new Uint8Array(body),
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.text();
      if (response.status === 404 || response.status === 410) throw new DeadAddress("This subscription is over.");
      if (!response.ok) throw new Error(`The push service answered ${response.status}.`);
    },
  };
}
