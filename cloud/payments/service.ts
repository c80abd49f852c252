import { AppError } from "../../shared/error";

/** What moves real money. Amounts are integer minor units, currencies ISO 4217. */

/** What the payment service says of one try. */
export interface Outcome {
  /** Id of the try at the payment service. */
  reference: string;
  /** The page that it was known by until the driver paid there. */
  formerly?: string;
  status: "pending" | "held" | "succeeded" | "released" | "failed";
  /** Taken so far. */
  captured: number;
  failure: string | null;
  /** Where the driver's browser goes on, while a page waits for it. */
  url: string | null;
}

/** A card that a driver has saved. */
export interface SavedCard {
  paymentMethodId: string;
  /** As it is shown: `visa 4242`. */
  card: string;
  /** Month until whose end it is good, `2029-05`. */
  expires: string | null;
}

/** A page on which a driver saves a card. */
interface CardPage {
  customerId: string | null;
  /** When it was opened by our clock, in epoch ms. */
  openedAt: number;
  /** What was saved; null: nothing yet. */
  saved: { paymentMethodId: string; card: string } | null;
}

/** A refund at the payment service. */
interface Refunded {
  reference: string;
  failed: boolean;
}

export interface Dispute {
  /** The payment's. */
  reference: string | null;
  amount: number;
  /** `open`: the bank keeps the money until it decides. `none`: it has only asked, or it has come to nothing. */
  state: "none" | "open" | "won" | "lost";
}

export interface Order {
  /** Our id of the payment, which the events of the payment service name. */
  paymentId: string;
  /** The same key orders once, however often it is sent. */
  key: string;
  amount: number;
  currency: string;
  customerId: string;
  /** The saved card to take it from, without the driver. */
  paymentMethodId: string;
  /** Take it at once, or only set it aside. */
  capture: boolean;
}

/** A page of the payment service on which the driver pays, as he chooses there. */
interface PageOrder extends Omit<Order, "paymentMethodId" | "capture"> {
  /** What it is for, as the page shows it. */
  title: string;
  /** Where the driver comes back to, once it is paid or given up. */
  paidUrl: string;
  stoppedUrl: string;
}

/** What happened, as far as we look at it. */
export type PaymentEvent = { id: string; type: string } & (
  | { about: "payment"; paymentId: string | null; reference: string }
  | { about: "card"; checkoutId: string }
  | { about: "account"; accountId: string }
  | { about: "refund"; reference: string; status: string }
  | { about: "dispute"; disputeId: string }
  | { about: "nothing" }
);

/** Every call may fail with AppError `payment_refused` (402) where the service refuses it for good, or `unavailable` (503) where it is worth another try. */
export interface PaymentService {
  /** Whether cards can be taken, and so wallets filled. */
  readonly cards: boolean;
  createCustomer(person: { userId: string; name: string; email: string }): Promise<string>;
  /** Forgets a customer's name, address and cards for good. One that is gone already is no failure. */
  forgetCustomer(customerId: string): Promise<void>;
  /** Opens a page on which the driver saves a card, and gives its address. `{CHECKOUT_SESSION_ID}` in `savedUrl` becomes the page's id. */
  openCardPage(page: { customerId: string; openedAt: number; savedUrl: string; stoppedUrl: string }): Promise<string>;
  findCardPage(checkoutId: string): Promise<CardPage>;
  /** The saved cards, the latest first. */
  cardsOf(customerId: string): Promise<SavedCard[]>;
  /** Forgets a saved card for good. Whose it is has been looked at before. */
  removeCard(paymentMethodId: string): Promise<void>;
  /** A saved card as it is shown, `visa 4242`; refused where it is not this customer's. */
  cardOf(customerId: string, paymentMethodId: string): Promise<string>;
  order(order: Order): Promise<Outcome>;
  /** Opens a page to pay on; closed by `release`, and by itself after a day. */
  openPage(order: PageOrder): Promise<Outcome>;
  find(reference: string): Promise<Outcome>;
  /** What became of an order whose answer never came: found by our id of the payment among the customer's since an instant (epoch ms). */
  findOrder(order: { paymentId: string; customerId: string; since: number }): Promise<Outcome | undefined>;
  capture(part: { reference: string; amount: number; currency: string }): Promise<Outcome>;
  /** Gives back what was set aside; one that was taken meanwhile stays taken. */
  release(reference: string): Promise<Outcome>;
  refund(refund: { reference: string; amount: number; currency: string; key: string }): Promise<Refunded>;
  /** A refund that was ordered by this key before; the service itself remembers keys for a day only. */
  findRefund(refund: { reference: string; key: string }): Promise<Refunded | undefined>;
  /** How a dispute stands in which a card's holder wants a payment back. */
  findDispute(disputeId: string): Promise<Dispute>;
  /** An owner's account for payouts. */
  createAccount(owner: { organizationId: string; name: string }): Promise<string>;
  /** Where the owner says who he is, and comes back from. */
  onboard(accountId: string, returnUrl: string): Promise<string>;
  isReady(accountId: string): Promise<boolean>;
  /** `group` names the payout for ever. */
  transfer(transfer: {
    accountId: string;
    amount: number;
    currency: string;
    key: string;
    group: string;
  }): Promise<string>;
  /** The transfer of a payout that was sent before. */
  findTransfer(group: string): Promise<string | undefined>;
  /** Throws AppError `bad_signature` (400) for what the service has not signed. `now`: epoch ms. */
  readEvent(body: string, signature: string | undefined, now: number): PaymentEvent;
}

function refuse(): never {
  throw new AppError("no_cards", "This platform takes no cards: bills are paid on site or on account.", {
    status: 409,
  });
}

/** Without keys: drivers pay on site or on account, and owners are paid by hand. */
export const byHand: PaymentService = {
  cards: false,
  createCustomer: async () => refuse(),
  forgetCustomer: async () => refuse(),
  openCardPage: async () => refuse(),
  findCardPage: async () => refuse(),
  cardsOf: async () => refuse(),
  removeCard: async () => refuse(),
  cardOf: async () => refuse(),
  order: async () => refuse(),
  openPage: async () => refuse(),
  find: async () => refuse(),
  findOrder: async () => refuse(),
  capture: async () => refuse(),
  release: async () => refuse(),
  refund: async () => refuse(),
  findRefund: async () => refuse(),
  findDispute: async () => refuse(),
  createAccount: async () => refuse(),
  onboard: async () => refuse(),
  isReady: async () => refuse(),
  transfer: async () => refuse(),
  findTransfer: async () => refuse(),
  readEvent: () => refuse(),
};
