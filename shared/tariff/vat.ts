/** The part of a price at one VAT rate, in minor units. */
export interface VatLine {
  /** 1/100 percent; null: no VAT applies. */
  vat: number | null;
  net: number;
  tax: number;
  gross: number;
}

/** numerator / denominator, a half rounded up; neither is negative. */
export function halfUp(numerator: bigint, denominator: bigint): number {
  return Number((numerator * 2n + denominator) / (denominator * 2n));
}

/** Net, tax and gross of an amount in minor units that includes VAT (`isGross`) or not; the tax is rounded half up. */
export function vatLine(vat: number | null, amount: number, isGross: boolean): VatLine {
  const rate = BigInt(vat ?? 0);
  const tax = halfUp(BigInt(amount) * rate, isGross ? 10_000n + rate : 10_000n);
  return isGross ? { vat, net: amount - tax, tax, gross: amount } : { vat, net: amount, tax, gross: amount + tax };
}

/** Shares a whole amount out in proportion to the weights, by largest remainder, so that the shares add up to it. All zero: no shares. */
export function allocate(amount: number, weights: readonly bigint[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum === 0n) return weights.map(() => 0);
  const shares = weights.map((weight) => Number((BigInt(amount) * weight) / sum));
  const remainders = weights.map((weight, index) => ({ index, left: (BigInt(amount) * weight) % sum }));
  remainders.sort((a, b) => (a.left === b.left ? a.index - b.index : a.left > b.left ? -1 : 1));
  const missing = amount - shares.reduce((a, b) => a + b, 0);
  for (const { index } of remainders.slice(0, missing)) shares[index] = (shares[index] as number) + 1;
  return shares;
}
