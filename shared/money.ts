/** Money for people, through Intl. Amounts are integer minor units, unit prices integer 1/10,000 of the currency unit. */

/**
 * Currencies whose minor unit is not a hundredth (ISO 4217; of the ariary nobody has the fifths). Written down: what Intl knows changes with its version (since CLDR 48 the forint and
 * the rupee have no hundredths there), and hub, cloud and browser would count in different units.
 */
const whole = "BIF CLP DJF GNF ISK JPY KMF KRW MGA PYG RWF UGX UYI VND VUV XAF XOF XPF";
const thousandths = "BHD IQD JOD KWD LYD OMR TND";
const formats = new Map<string, Intl.NumberFormat>();

/** Decimal digits of a currency's minor unit: EUR 2, JPY 0, KWD 3. */
export function currencyDigits(currency: string): number {
  return whole.includes(currency) ? 0 : thousandths.includes(currency) ? 3 : 2;
}

function formatOf(locale: string, currency: string, maximumFractionDigits: number): Intl.NumberFormat {
  const key = `${locale} ${currency} ${maximumFractionDigits}`;
  let format = formats.get(key);
  if (!format) {
    const minimumFractionDigits = currencyDigits(currency);
    format = new Intl.NumberFormat(locale, {
      style: "currency",
      currency,
      minimumFractionDigits,
      maximumFractionDigits,
    });
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
