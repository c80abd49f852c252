import type { Selectable } from "kysely";
import { vatTable } from "./bill-lines";
import type { ChargeKind, Document, InvoiceLine, Method } from "./charge-types";
import { invoiceNumber } from "./charge-types";
import type { ChargeTable } from "./tables";

/** An invoice or credit note as data: all that its PDF says. Amounts are integer minor units. */
export interface Invoice extends Document {
  chargeId: string;
  number: string;
  type: "invoice" | "creditNote";
  kind: ChargeKind;
  /** When it was written, ISO 8601. */
  at: string;
  organizationId: string;
  siteId: string | null;
  currency: string;
  method: Method;
  lines: InvoiceLine[];
  vatTable: { vatRate: number | null; net: number; vat: number }[];
  net: number;
  vat: number;
  /** VAT included. */
  gross: number;
}

export function invoiceOf(row: Selectable<ChargeTable>): Invoice {
  const gross = row.net + row.vat;
  return {
    ...row.document,
    chargeId: row.id,
    number: invoiceNumber(row),
    type: gross < 0 ? "creditNote" : "invoice",
    kind: row.kind,
    at: row.at.toISOString(),
    organizationId: row.organization_id,
    siteId: row.site_id,
    currency: row.currency,
    method: row.method,
    lines: row.lines,
    vatTable: vatTable(row.lines),
    net: row.net,
    vat: row.vat,
    gross,
  };
}
