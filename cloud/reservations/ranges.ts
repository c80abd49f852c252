import type { Span } from "../../shared/booking";

/** PostgreSQL's text of ranges of integers, in its canonical form `[from,to)`. */

export function rangeText({ from, to }: Span): string {
  return `[${from},${to})`;
}

export function multirangeText(spans: readonly Span[]): string {
  return `{${spans.map(rangeText).join(",")}}`;
}

/** Spans of a range or multirange. */
export function spansOf(text: string): Span[] {
  return [...text.matchAll(/\[(\d+),(\d+)\)/g)].map(([, from, to]) => ({ from: Number(from), to: Number(to) }));
}
