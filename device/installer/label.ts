import { renderUnicodeCompact } from "uqr";

/** What is stuck on the charger, for a terminal. */
export function label(cpId: string, url: string): string {
  return `${renderUnicodeCompact(url, { border: 2 })}\n  ${cpId}\n  ${url}\n`;
}
