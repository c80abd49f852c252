import type { Intent } from "./stripe";
import { refusal } from "./stripe";

/** Stripe's pages (Checkout Sessions), as far as we use them, and what drivers do on them. */

interface CheckoutPage {
  id: string;
  object: "checkout.session";
  mode: string;
  status: string;
  url: string | null;
  customer: string;
  success_url: string;
  cancel_url: string;
  metadata: { payment?: string; openedAt?: string };
  amount_total: number;
  currency: string | null;
  /** There once the driver has tried to pay. */
  intent: string | null;
  card: string | null;
}

export class FakeCheckout {
  readonly pages = new Map<string, CheckoutPage>();
  /** Cards that were saved on pages, by customer, the latest first. */
  readonly cards = new Map<string, string[]>();
  /** Cards that were removed. */
  readonly removed = new Set<string>();

  constructor(
    private readonly intents: Map<string, Intent>,
    private readonly declined: Set<string>,
    private readonly newId: (kind: string) => string,
  ) {}

  /** `sessions`, `sessions/cs_1` and `sessions/cs_1/expire`. */
  answer(id: string | undefined, verb: string | undefined, form: URLSearchParams): unknown {
    const page = id === undefined ? this.open(form) : this.pages.get(id);
    if (!page) return refusal("No such checkout.session");
    if (verb === "expire" && page.status !== "open") return refusal("Only open sessions can be expired");
    if (verb === "expire") page.status = "expired";
    const { intent, card, ...session } = page;
    const known = intent === null ? null : this.intents.get(intent);
    if (known === undefined) return refusal("No such payment_intent");
    const method = card === null ? null : cardOf(card);
    const setup =
      page.mode === "setup" ? { object: "setup_intent", status: card ? "succeeded" : "requires_payment_method" } : null;
    return { ...session, payment_intent: known, setup_intent: setup && { ...setup, payment_method: method } };
  }

  private open(form: URLSearchParams): CheckoutPage {
    const id = this.newId("cs");
    const page: CheckoutPage = {
      id,
      object: "checkout.session",
      mode: form.get("mode")!,
      status: "open",
      url: `https://checkout.stripe.com/c/pay/${id}`,
      customer: form.get("customer")!,
      success_url: form.get("success_url")!.replace("{CHECKOUT_SESSION_ID}", id),
      cancel_url: form.get("cancel_url")!,
      metadata: {
        ...(form.has("metadata[payment]") ? { payment: form.get("metadata[payment]")! } : {}),
        ...(form.has("metadata[openedAt]") ? { openedAt: form.get("metadata[openedAt]")! } : {}),
      },
      amount_total: Number(form.get("line_items[0][price_data][unit_amount]") ?? 0),
      currency: form.get("line_items[0][price_data][currency]"),
      intent: null,
      card: null,
    };
    this.pages.set(id, page);
    return page;
  }

  /** The driver tries a card on a page. One that is declined leaves the page open. */
  pay(id: string, card = "pm_page"): Intent {
    const page = this.pages.get(id)!;
    const known = page.intent === null ? undefined : this.intents.get(page.intent);
    const intent = known ?? this.intend(page);
    page.intent = intent.id;
    const declined = this.declined.has(card);
    intent.status = declined ? "requires_payment_method" : "succeeded";
    intent.amount_received = declined ? 0 : intent.amount;
    intent.last_payment_error = declined ? { message: "Your card was declined." } : null;
    if (!declined) Object.assign(page, { status: "complete", url: null });
    return intent;
  }

  private intend({ amount_total: amount, currency, customer, metadata }: CheckoutPage): Intent {
    const id = this.newId("pi");
    const intent: Intent = {
      id,
      object: "payment_intent",
      status: "requires_payment_method",
      amount,
      amount_received: 0,
      currency: currency!,
      customer,
      capture_method: "automatic",
      metadata: { payment: metadata.payment! },
      last_payment_error: null,
    };
    this.intents.set(id, intent);
    return intent;
  }

  /** The driver saves a card on a page. */
  saveCard(id: string, card: string): void {
    const page = this.pages.get(id)!;
    Object.assign(page, { status: "complete", url: null, card });
    this.removed.delete(card);
    this.cards.set(page.customer, [card, ...(this.cards.get(page.customer) ?? [])]);
  }

  forgetCard(card: string): void {
    this.removed.add(card);
    for (const [customer, list] of this.cards) {
      this.cards.set(
        customer,
        list.filter((each) => each !== card),
      );
    }
  }
}

export function cardOf(id: string): object {
  const card = { brand: "visa", last4: id.match(/\d{4}$/)?.[0] ?? "4242", exp_month: 5, exp_year: 2029 };
  return { id, object: "payment_method", type: "card", card };
}
