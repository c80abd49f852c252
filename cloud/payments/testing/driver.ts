import { randomUUID } from "node:crypto";
import type { TestCloud, TestProcess } from "../../testing/cloud";
import type { Person } from "../../testing/person";
import type { FakeStripe } from "./stripe";

/** A POST with an Idempotency-Key, a new one where none is given. */
export function keyed(person: Person, path: string, body: unknown, key: string = randomUUID()): Promise<Response> {
  return person.send("POST", path, body, { "idempotency-key": key });
}

/** A driver who has saved a card, and pays by a method. */
export async function cardDriver(
  cloud: TestCloud,
  card = "pm_good",
  method = "card",
): Promise<{ driver: Person; userId: string }> {
  const driver = await cloud.person();
  const userId = await driver.userId();
  await driver.ok("PUT", "/v1/me/payment-method", { method, paymentMethodId: card });
  return { driver, userId };
}

/** An event of Stripe's comes in. */
export async function tell(process: TestProcess, { body, signature }: { body: string; signature: string }) {
  const headers = { "stripe-signature": signature };
  return process.request("/v1/payments/stripe/events", { method: "POST", body, headers });
}

/** Begins to fill the wallet, and the driver's browser pays it: Stripe has the money, and we have not heard of it. */
export async function beginTopUp(stripe: FakeStripe, driver: Person, amount: number) {
  const begun = await keyed(driver, "/v1/me/wallet/top-ups", { amount, currency: "EUR" });
  const { url } = (await begun.json()) as { url: string };
  return stripe.checkout.pay(pageIn(url));
}

/** Fills a driver's wallet: Stripe has told of it. Gives the payment as Stripe has it. */
export async function topUp(cloud: TestCloud, stripe: FakeStripe, driver: Person, amount: number) {
  const intent = await beginTopUp(stripe, driver, amount);
  await tell(cloud.first, stripe.event("payment_intent.succeeded", { ...intent }, cloud.now()));
  return intent;
}

/** The page of an address. */
export function pageIn(url: string): string {
  return url.split("/").at(-1)!;
}
