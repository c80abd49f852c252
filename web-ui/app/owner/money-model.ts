import type { Finance } from "./types";

/** Months of which an owner sees the sums, and the sums as a chart has them. */

export const spans = ["thisMonth", "lastMonth", "twelve", "thisYear", "lastYear"] as const;
export type Span = (typeof spans)[number];

/** First and last month of a span, `2026-10`, as seen in a month. */
export function monthsOf(span: Span, thisMonth: string): { from: string; to: string } {
  const year = Number(thisMonth.slice(0, 4));
  switch (span) {
    case "thisMonth":
      return { from: thisMonth, to: thisMonth };
    case "lastMonth":
      return { from: monthsLater(thisMonth, -1), to: monthsLater(thisMonth, -1) };
    case "twelve":
      return { from: monthsLater(thisMonth, -11), to: thisMonth };
    case "thisYear":
      return { from: `${year}-01`, to: thisMonth };
    case "lastYear":
      return { from: `${year - 1}-01`, to: `${year - 1}-12` };
  }
}

/** A month so many months after another. */
export function monthsLater(month: string, count: number): string {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + count;
  return `${String(Math.floor(index / 12)).padStart(4, "0")}-${String((index % 12) + 1).padStart(2, "0")}`;
}

/** Every month from one to another, both included. */
export function monthsBetween(from: string, to: string): string[] {
  const months: string[] = [];
  for (let month = from; month <= to; month = monthsLater(month, 1)) months.push(month);
  return months;
}

/** What was taken, and what of it is the owner's, month by month in one currency; 0 where nothing was billed. */
export function byMonth(
  rows: Finance["rows"],
  currency: string,
  months: readonly string[],
): { gross: number[]; earned: number[] } {
  const sum = (month: string, name: "gross" | "earned") =>
    rows.filter((row) => row.month === month && row.currency === currency).reduce((total, row) => total + row[name], 0);
  return { gross: months.map((month) => sum(month, "gross")), earned: months.map((month) => sum(month, "earned")) };
}
