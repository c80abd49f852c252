const HOUR = 3_600_000;

export const plan = {
  name: "Neighbours",
  currency: "EUR",
  monthlyFee: 1190,
  vat: 1900,
  percent: 1000,
  includedWh: 5000,
};

/** A week that has begun an hour ago. */
export const week = (now: number) => ({
  startsAt: new Date(now - HOUR).toISOString(),
  endsAt: new Date(now + 7 * 24 * HOUR).toISOString(),
});

export const coupon = (now: number, code: string, more: object = {}) => ({
  name: "Welcome",
  code,
  amount: 100,
  currency: "EUR",
  ...week(now),
  ...more,
});
