import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { Method } from "../billing/charge-types";
import type { PaymentRules } from "../billing/methods";
import type { Statement } from "../billing/statement";

/** The tables of payments as kysely sees them; `cloud/migrations/0011-payments.ts` makes them. Amounts are integer minor units. */

type Instant = ColumnType<Date, Date | string, Date | string>;

/** How a driver pays. */
export interface PaymentProfileTable {
  user_id: string;
  method: Method;
  /** Of the payment service. */
  customer_id: string | null;
  payment_method_id: string | null;
  /** As it is shown: `visa 4242`. */
  card: string | null;
  updated_at: Instant;
}

/**
 * `hold`: set aside for a bill to come; `charge`: pays a bill; `top_up`: fills the wallet; `refund`: from the wallet back to a card; `payout`: from the wallet by hand, where no
 * card takes it.
 */
export type Purpose = "hold" | "charge" | "top_up" | "refund" | "payout";
/** `pending`: the payment service has not said; `held`: authorised, not taken. The others are final. */
export type PaymentStatus = "pending" | "held" | "succeeded" | "released" | "failed";

export interface PaymentTable {
  id: string;
  /** The same key pays once. */
  key: string;
  purpose: Purpose;
  user_id: string;
  charge_id: string | null;
  currency: string;
  amount: number;
  captured: ColumnType<number, number | undefined, number>;
  status: PaymentStatus;
  /** The saved card that it is ordered from, and ordered again after a crash; null: the driver chooses one in the browser, or it needs none. */
  payment_method_id: ColumnType<string | null, string | null, never>;
  /** Id at the payment service. */
  reference: string | null;
  failure: ColumnType<string | null, string | null | undefined, string | null>;
  created_at: Instant;
  updated_at: Instant;
}

interface PaymentEventTable {
  id: string;
  type: string;
  at: Instant;
}

/** Where an owner is paid. */
interface PayoutAccountTable {
  organization_id: string;
  account_id: string;
  /** The payment service lets money be sent there. */
  ready: boolean;
  updated_at: Instant;
}

export interface PayoutTable {
  id: string;
  organization_id: string;
  currency: string;
  /** Month, `2026-10`. */
  period: string;
  amount: number;
  /** `due`: to be sent, by hand where there is no payment service. `sending`: ordered there, and not answered yet. */
  status: "due" | "sending" | "paid" | "failed";
  reference: string | null;
  failure: ColumnType<string | null, string | null | undefined, string | null>;
  /** How often the payment service has refused it: each try after one is a new one there. */
  refusals: Generated<number>;
  statement: JSONColumnType<Statement, string, never>;
  created_at: Instant;
  updated_at: Instant;
}

/** What an owner accepts at a site; `cloud/migrations/0014-payment-choices.ts` makes these two. */
interface PaymentRulesTable {
  site_id: string;
  rules: JSONColumnType<PaymentRules, string, string>;
  updated_at: Instant;
}

/** How one booking, start or session is paid. */
interface PaymentChoiceTable {
  site_id: string;
  about: "booking" | "start" | "session";
  /** The booking, the command that starts, or the session. */
  subject: string;
  method: Method;
  /** What is set aside for the booking. */
  payment_id: string | null;
  created_at: Instant;
}

export interface PaymentTables {
  payment_rules: PaymentRulesTable;
  payment_choices: PaymentChoiceTable;
  payment_profiles: PaymentProfileTable;
  payments: PaymentTable;
  payment_events: PaymentEventTable;
  payout_accounts: PayoutAccountTable;
  payouts: PayoutTable;
}
