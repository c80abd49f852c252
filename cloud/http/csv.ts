import { currencyDigits } from "../../shared/money";

/** What a cell may hold; null is an empty cell. */
export type Cell = string | number | null;

/**
 * A table as CSV (RFC 4180): a line of headings, then the rows, CRLF after each. Texts that a spreadsheet would take for a formula get an apostrophe in front,
 * since an id tag or a name is anybody's.
 */
export function csv(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [headings, ...rows].map((row) => `${row.map(cellText).join(",")}\r\n`).join("");
}

/** An amount in minor units as a plain decimal of its currency: -1234 EUR is -12.34. */
export function decimal(amountMinor: number, currency: string): string {
  const digits = currencyDigits(currency);
  return (amountMinor / 10 ** digits).toFixed(digits);
}

const number = /^-?\d+(\.\d+)?$/;
const formula = /^[=+\-@\t\r]/;

function cellText(cell: Cell): string {
  if (cell === null) return "";
  const plain = String(cell);
  const text = formula.test(plain) && !number.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
