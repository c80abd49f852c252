import { describe, expect, it } from "vitest";
import { currencyDigits, formatMoney, formatUnitPrice } from "./money";

/** Intl parts number and sign with no-break spaces; which one is not our rule. */
const plain = (text: string) => text.replace(/\s/gu, " ");

describe("money", () => {
  it("knows the digits of ISO 4217", () => {
    expect(["JPY", "EUR", "KWD", "EUR"].map(currencyDigits)).toEqual([0, 2, 3, 2]);
  });

  it("has the forint's hundredths, whatever the runtime makes of them", () => {
    expect(["HUF", "IDR", "COP", "ISK", "MGA"].map(currencyDigits)).toEqual([2, 2, 2, 0, 0]);
    expect(plain(formatMoney(123_450, "HUF", "en"))).toBe("HUF 1,234.50");
    expect(plain(formatUnitPrice(700_000, "HUF", "en"))).toBe("HUF 70.00");
  });

  it("writes minor units as the locale does", () => {
    expect(plain(formatMoney(123_456, "EUR", "de"))).toBe("1.234,56 €");
    expect(formatMoney(123_456, "EUR", "en")).toBe("€1,234.56");
    expect(formatMoney(-5, "EUR", "en")).toBe("-€0.05");
    expect(formatMoney(1234, "JPY", "en")).toBe("¥1,234");
    expect(plain(formatMoney(1234, "KWD", "en"))).toBe("KWD 1.234");
  });

  it("writes unit prices with the decimals they need", () => {
    expect(formatUnitPrice(4500, "EUR", "en")).toBe("€0.45");
    expect(formatUnitPrice(4525, "EUR", "en")).toBe("€0.4525");
    expect(plain(formatUnitPrice(60_000, "EUR", "de"))).toBe("6,00 €");
    expect(formatUnitPrice(455_000, "JPY", "en")).toBe("¥45.5");
  });
});
