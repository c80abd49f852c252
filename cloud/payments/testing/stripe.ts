import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import Stripe from "stripe";
import { afterAll } from "vitest";
import { FakeCheckout, cardOf } from "./stripe-checkout";

/** What Stripe answers, as far as we use it, in memory: behind the real SDK, whose requests never leave the process. */

export interface Intent {
  id: string;
  object: "payment_intent";
  status: string;
  amount: number;
  amount_received: number;
  currency: string;
  customer: string;
  capture_method: string;
  metadata: Record<string, string>;
  last_payment_error: { message: string } | null;
}

const API = "https://api.stripe.com/v1";
export const keys = { secretKey: "sk_test_1", webhookSecret: "whsec_test" };

/** A Stripe for the tests of the file that calls this, which ask nobody else; it closes after the last of them. */
export function openStripe(): FakeStripe {
  const stripe = new FakeStripe();
  stripe.server.listen({ onUnhandledRequest: "error" });
  afterAll(() => stripe.server.close());
  return stripe;
}

export class FakeStripe {
  readonly intents = new Map<string, Intent>();
  /** Cards with this id are declined. */
  readonly declined = new Set<string>();
  readonly checkout = new FakeCheckout(this.intents, this.declined, (kind) => this.id(kind));
  readonly refunds: { id: string; payment_intent: string; amount: number; status: string; metadata: object }[] = [];
  readonly transfers: { id: string; destination: string; amount: number; currency: string; transfer_group: string }[] =
    [];
  readonly accounts = new Map<string, { id: string; object: "account"; payouts_enabled: boolean }>();
  readonly customers: string[] = [];
  readonly disputes = new Map<
    string,
    { id: string; payment_intent: string; amount: number; currency?: string; status: string }
  >();
  /** Calls by method and path. */
  readonly calls: string[] = [];
  /** The next calls that make something are done, and their answers are lost. */
  loseAnswers = 0;
  /** Transfers are refused. */
  refuseTransfers = false;
  /** Refunds of what these intents paid are refused. */
  readonly refuseRefunds = new Set<string>();
  private answers = new Map<string, unknown>();
  private count = 0;
  readonly server = setupServer(
    http.all(`${API}/*`, async ({ request }) => {
      const url = new URL(request.url);
      const path = url.pathname.replace("/v1/", "");
      this.calls.push(`${request.method} ${path}`);
      const form = new URLSearchParams(request.method === "GET" ? "" : await request.text());
      const key = request.headers.get("idempotency-key");
      const query = new URL(request.url).searchParams;
      if (request.method === "GET" && !path.includes("/")) return HttpResponse.json(this.list(path, query));
      const known = key === null ? undefined : this.answers.get(`${path} ${key}`);
      const answer = known ?? this.answer(request.method, path, form);
      if (key !== null) this.answers.set(`${path} ${key}`, answer);
      if (request.method === "POST" && this.loseAnswers > 0) {
        this.loseAnswers -= 1;
        return HttpResponse.error();
      }
      const { status = 200, ...body } = answer as { status?: number };
      return typeof status === "number" ? HttpResponse.json(body, { status }) : HttpResponse.json(answer as object);
    }),
  );

  /** A day goes by: who orders by an old key orders anew. */
  forgetKeys(): void {
    this.answers.clear();
  }

  private id(kind: string): string {
    this.count += 1;
    return `${kind}_${this.count}`;
  }

  private answer(method: string, path: string, form: URLSearchParams): unknown {
    const [kind, id, verb, sub] = path.split("/") as [string, string?, string?, string?];
    if (kind === "payment_intents") return this.paymentIntent(id, verb, form);
    if (kind === "checkout") return this.checkout.answer(verb, sub, form);
    if (kind === "payment_methods") {
      this.checkout.forgetCard(id!);
      return { id, object: "payment_method" };
    }
    if (kind === "customers" && verb === "payment_methods" && sub === undefined) {
      return {
        object: "list",
        data: (this.checkout.cards.get(id!) ?? []).map(cardOf),
        has_more: false,
        url: `/v1/${path}`,
      };
    }
    if (kind === "customers" && verb === "payment_methods") {
      return sub?.startsWith("pm_") && !this.checkout.removed.has(sub)
        ? cardOf(sub)
        : refusal("No such payment method");
    }
    if (kind === "customers" && method === "DELETE") {
      if (!this.customers.includes(id!)) {
        return {
          status: 404,
          error: { type: "invalid_request_error", code: "resource_missing", message: "No such customer" },
        };
      }
      this.customers.splice(this.customers.indexOf(id!), 1);
      return { id, object: "customer", deleted: true };
    }
    if (kind === "customers") {
      const customer = this.id("cus");
      this.customers.push(customer);
      return { id: customer, object: "customer" };
    }
    if (kind === "refunds") {
      if (this.refuseRefunds.has(form.get("payment_intent")!)) return refusal("This charge is disputed");
      const refund = {
        id: this.id("re"),
        payment_intent: form.get("payment_intent")!,
        amount: Number(form.get("amount")),
        metadata: { key: form.get("metadata[key]") },
      };
      this.refunds.push({ ...refund, status: "succeeded" });
      // Its status is no HTTP status.
      return { ...refund, object: "refund", status: "succeeded" };
    }
    if (kind === "disputes") {
      // Its status is no HTTP status.
      const dispute = this.disputes.get(id ?? "");
      return dispute ? { currency: "eur", ...dispute, object: "dispute" } : refusal("No such dispute");
    }
    if (kind === "account_links") return { object: "account_link", url: "https://connect.stripe.test/go" };
    if (kind === "transfers") {
      if (this.refuseTransfers) return refusal("Insufficient funds");
      const transfer = { id: this.id("tr"), destination: form.get("destination")!, amount: Number(form.get("amount")) };
      const group = form.get("transfer_group")!;
      this.transfers.push({ ...transfer, currency: form.get("currency")!, transfer_group: group });
      return { ...transfer, object: "transfer" };
    }
    if (kind === "accounts" && method === "POST") {
      const account = { id: this.id("acct"), object: "account" as const, payouts_enabled: false };
      this.accounts.set(account.id, account);
      return account;
    }
    return this.accounts.get(id ?? "") ?? refusal(`No such ${kind}`);
  }

  /** What is listed by a field, all of it on one page. */
  private list(path: string, query: URLSearchParams): object {
    const all: Record<string, Iterable<object>> = {
      payment_intents: this.intents.values(),
      refunds: this.refunds,
      transfers: this.transfers,
    };
    const fields = ["customer", "payment_intent", "transfer_group"].filter((name) => query.has(name));
    const data = [...all[path]!].filter((each) =>
      fields.every((name) => (each as Record<string, unknown>)[name] === query.get(name)),
    );
    return { object: "list", data, has_more: false, url: `/v1/${path}` };
  }

  private paymentIntent(id: string | undefined, verb: string | undefined, form: URLSearchParams): unknown {
    if (id === undefined) return this.create(form);
    const intent = this.intents.get(id);
    if (!intent) return refusal("No such payment_intent");
    if (verb === "capture") {
      if (intent.status !== "requires_capture") return refusal("This PaymentIntent could not be captured");
      intent.status = "succeeded";
      intent.amount_received = Number(form.get("amount_to_capture") ?? intent.amount);
    }
    if (verb === "cancel") {
      if (["succeeded", "canceled"].includes(intent.status)) return refusal("You cannot cancel this PaymentIntent");
      intent.status = "canceled";
    }
    return { ...intent };
  }

  private create(form: URLSearchParams): unknown {
    const id = this.id("pi");
    const card = form.get("payment_method")!;
    const manual = form.get("capture_method") === "manual";
    const amount = Number(form.get("amount"));
    const intent: Intent = {
      id,
      object: "payment_intent",
      status: manual ? "requires_capture" : "succeeded",
      amount,
      amount_received: manual ? 0 : amount,
      currency: form.get("currency")!,
      customer: form.get("customer")!,
      capture_method: form.get("capture_method")!,
      metadata: { payment: form.get("metadata[payment]")! },
      last_payment_error: null,
    };
    this.intents.set(id, intent);
    if (!this.declined.has(card)) return { ...intent };
    intent.status = "requires_payment_method";
    intent.amount_received = 0;
    intent.last_payment_error = { message: "Your card was declined." };
    const error = {
      type: "card_error",
      code: "card_declined",
      message: "Your card was declined.",
      payment_intent: intent,
    };
    return { status: 402, error };
  }

  /** An event as Stripe sends it, signed at an instant (epoch ms). */
  event(type: string, object: object, at: number, id = this.id("evt")): { body: string; signature: string } {
    const body = JSON.stringify({ id, object: "event", type, data: { object } });
    const timestamp = Math.floor(at / 1000);
    const signature = new Stripe(keys.secretKey).webhooks.generateTestHeaderString({
      payload: body,
      secret: keys.webhookSecret,
      timestamp,
    });
    return { body, signature };
  }
}

export function refusal(message: string): { status: number; error: object } {
  return { status: 400, error: { type: "invalid_request_error", message } };
}
