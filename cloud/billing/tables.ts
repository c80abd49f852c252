import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { ChargeKind, Document, InvoiceLine, Method } from "./charge-types";
import type { Account } from "./ledger";

/** The tables of billing as kysely sees them; `cloud/migrations/0010-billing.ts` makes them. Amounts are integer minor units. */

type Instant = ColumnType<Date, Date | string, never>;

interface LedgerTransactionTable {
  id: string;
  key: string;
  kind: string;
  at: Instant;
  site_id: string | null;
  organization_id: string | null;
  user_id: string | null;
  entries: number;
}

interface LedgerEntryTable {
  transaction_id: string;
  line: number;
  account: Account;
  /** User or organisation, as the account is one's; empty: the platform. */
  holder: string;
  currency: string;
  /** The bill that it is about. */
  charge_id: string | null;
  /** Debits are positive. */
  amount: number;
}

interface InvoiceCounterTable {
  organization_id: string;
  year: number;
  last: number;
}

/** An invoice, or a credit note (`net + vat` below zero). */
export interface ChargeTable {
  id: string;
  key: string;
  kind: ChargeKind;
  at: Instant;
  site_id: string | null;
  organization_id: string;
  user_id: string | null;
  currency: string;
  method: Method;
  lines: JSONColumnType<InvoiceLine[], string, never>;
  net: number;
  vat: number;
  /** The platform's part of it. */
  fee: number;
  corrects: string | null;
  year: number;
  number: number;
  document: JSONColumnType<Document, string, never>;
}

/** A session that is to be billed where `billed_revision` is behind. */
export interface SessionBillTable {
  site_id: string;
  session_id: string;
  revision: number;
  billed_revision: Generated<number>;
  /** The charge that stands. */
  charge_id: string | null;
  requested_at: ColumnType<Date, Date | string, Date | string>;
}

export interface BillingTables {
  ledger_transactions: LedgerTransactionTable;
  ledger_entries: LedgerEntryTable;
  invoice_counters: InvoiceCounterTable;
  charges: ChargeTable;
  session_bills: SessionBillTable;
}
