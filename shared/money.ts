/** Money for people, through Intl. Amounts are integer minor units, unit prices integer 1/10,000 of the currency unit. */

const digits = new Map<string, number>();
const formats = new Map<string, Intl.NumberFormat>();

/** Decimal digits of a currency's minor unit (ISO 4217): EUR 2, JPY 0, KWD 3. */
export function currencyDigits(currency: string): number {
  let known = digits.get(currency);
  if (known === undefined) {
    known = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions()
      .maximumFractionDigits as number;
    digits.set(currency, known);
  }
  return known;
}

function formatOf(locale: string, currency: string, maximumFractionDigits: number): Intl.NumberFormat {
  const key = `${locale} ${currency} ${maximumFractionDigits}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: "currency", currency, maximumFractionDigits });
    formats.set(key, format);
  }
  return format;
}

/** An amount in minor units as text in a locale: 1234 EUR is "12,34 EUR" with the sign of the currency, as the locale writes it. */
export function formatMoney(amountMinor: number, currency: string, locale: string): string {
  const places = currencyDigits(currency);
  return formatOf(locale, currency, places).format(amountMinor / 10 ** places);
}

/** A tariff's price in 1/10,000 of the unit as text, with as many decimals as it needs: 4500 EUR is 0.45, 4525 is 0.4525. */
export function formatUnitPrice(price: number, currency: string, locale: string): string {
  return formatOf(locale, currency, Math.max(4, currencyDigits(currency))).format(price / 10_000);
}
