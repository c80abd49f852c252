import type { ConnectorType } from "../../shared/connector-types";
import type { Span } from "../../shared/booking";
import { instantOfSlot } from "../../shared/booking";
import { covers, overlaps } from "../../shared/booking/spans";

/** One seat as the cloud knows it. */
export interface SeatNow {
  seat: string;
  class: string;
  /** Its plug; null: not said. */
  type: ConnectorType | null;
  /** Cells that the cloud owns. */
  owned: Span[];
  /** Cells that somebody has, holds or keeps back. */
  taken: Span[];
}

/** A quarter hour of a class. */
interface Slot {
  start: string;
  /** Seats that can be booked at once. */
  free: number;
  /** Seats that the site sells itself, and may hand over while it is connected. */
  onRequest: number;
}

/** What is free from `from` to `to` (slots), by class in the order of the seats. A class whose site is away has nothing on request. */
export function availabilityOf(
  seats: readonly SeatNow[],
  { from, to }: Span,
  connected: boolean,
): { class: string; seats: number; types: ConnectorType[]; slots: Slot[] }[] {
  const classes = [...new Set(seats.map((each) => each.class))];
  return classes.map((kind) => {
    const ofClass = seats.filter((each) => each.class === kind);
    const slots = Array.from({ length: to - from }, (_, index): Slot => {
      const cell = { from: from + index, to: from + index + 1 };
      const open = ofClass.filter(({ taken }) => !taken.some((span) => overlaps(span, cell)));
      const free = open.filter(({ owned }) => covers(owned, cell)).length;
      return { start: instantOfSlot(cell.from), free, onRequest: connected ? open.length - free : 0 };
    });
    const types = [...new Set(ofClass.flatMap(({ type }) => type ?? []))];
    return { class: kind, seats: ofClass.length, types, slots };
  });
}
