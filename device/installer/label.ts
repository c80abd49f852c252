import { renderUnicodeCompact } from "uqr";

/** What is stuck on the charger: the driver page's address as a QR code, and in words. */
export function label(hubUrl: string, cpId: string): string {
  const url = new URL(`/c/${encodeURIComponent(cpId)}`, hubUrl).href;
  return `${renderUnicodeCompact(url, { border: 2 })}\n  ${cpId}\n  ${url}\n`;
}
