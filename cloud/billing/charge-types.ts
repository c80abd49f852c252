/** What a bill consists of. Money is integer minor units, VAT rates 1/100 percent. */

export const methods = ["card", "wallet", "plan", "on_site", "on_account"] as const;
/**
 * How it is paid: `card` and `wallet` at once; `plan`: with the membership's next fee; `on_site`: to the owner, who says when; `on_account`: when the driver gets to it.
 */
export type Method = (typeof methods)[number];

export const chargeKinds = ["session", "reservation", "refund", "compensation", "membership", "correction"] as const;
export type ChargeKind = (typeof chargeKinds)[number];

/** Texts that the invoice has in its reader's language; others are printed as they are. */
export const lineWords = [
  "ENERGY",
  "TIME",
  "PARKING_TIME",
  "FLAT",
  "MINIMUM",
  "MAXIMUM",
  "SESSION",
  "RESERVATION",
  "REFUND",
  "REVERSAL",
  "COMPENSATION",
] as const;
export type LineWord = (typeof lineWords)[number];

export interface InvoiceLine {
  /** One of `lineWords`, or a text. */
  text: string;
  /** Minor units; negative on a credit note and for a discount. */
  net: number;
  vat: number;
  /** 1/100 percent; null: no VAT applies. */
  vatRate: number | null;
  /** Wh of ENERGY, seconds of TIME and PARKING_TIME, as they were billed. */
  quantity?: number;
  /** 1/10,000 of the currency unit, per kWh or hour. */
  unitPrice?: number;
}

/** What the bill is about, in figures that an invoice names. */
export type Subject =
  | {
      type: "session";
      sessionId: string;
      cpId: string;
      connectorId: number;
      startedAt: string;
      endedAt: string;
      /** Registers in Wh. */
      meterStart: number;
      meterStop: number;
      energyWh: number;
      /** Number of the receipt that the hub gave. */
      hubReceipt: string | null;
    }
  | { type: "reservation"; booking: string; from: string; to: string };

/** Everything of an invoice that must not change when a name or address does. */
export interface Document {
  seller: { name: string; address: string; vatNumber: string };
  /** null: someone who did not sign in. */
  buyer: { name: string; email: string } | null;
  siteName: string | null;
  /** IANA; times on the invoice are in it. */
  timeZone: string;
  subject: Subject | null;
  /** Number of the invoice that this one corrects. */
  corrects: string | null;
}

/** Number of an invoice as it is printed: year and place in the organisation's series. */
export function invoiceNumber({ year, number }: { year: number; number: number }): string {
  return `${year}-${String(number).padStart(6, "0")}`;
}
