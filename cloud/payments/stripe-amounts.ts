/** Stripe counts these in hundredths, though they have none any more (docs.stripe.com/currencies#special-cases). */
const inHundredths = new Set(["isk", "ugx"]);

/** How Stripe writes an amount of minor units (ISO 4217): 500 kr. of Iceland are 50000. */
export function toStripe(amount: number, currency: string): { amount: number; currency: string } {
  const name = currency.toLowerCase();
  return { amount: amount * scaleOf(name), currency: name };
}

/** The same amount in minor units, of what Stripe says. */
export function fromStripe(amount: number, currency: string): number {
  return Math.floor(amount / scaleOf(currency));
}

function scaleOf(currency: string): number {
  return inHundredths.has(currency) ? 100 : 1;
}
