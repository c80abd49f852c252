/** What an owner made, as data of the financial summary, a payout's statement and the CSV, which are all the same rows. Amounts are integer minor units. */

/** Bills of one site in one month of its zone; credit notes count below zero. */
export interface SummaryRow {
  /** `2026-10`. */
  month: string;
  /** null: sold by the organisation itself. */
  siteId: string | null;
  siteName: string | null;
  currency: string;
  bills: number;
  gross: number;
  tax: number;
  net: number;
  /** The platform's part. */
  fees: number;
  /** `gross - fees`: what the owner gets, VAT included. */
  earned: number;
}

/** How a payout comes about: everything earned and not yet paid out, less what the owner has had already and what drivers still owe. */
export interface Settlement {
  earned: number;
  /** Paid to the owner on site. */
  onSite: number;
  outstanding: number;
  /** `earned - onSite - outstanding`. */
  due: number;
}

export interface Statement {
  organization: string;
  currency: string;
  /** Month whose bills `rows` are, `2026-10`. */
  period: string;
  at: string;
  rows: SummaryRow[];
  settlement: Settlement;
}
