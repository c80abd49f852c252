import { cellsOf, freeCells } from "./book";
import type { HubBookingEvent } from "./events";
import { refusalOfSale } from "./sell";
import { FOREVER, slotOf } from "./slots";
import type { Span } from "./spans";
import { intersect } from "./spans";
import type { Book, Seat } from "./types";
import { isOpen } from "./types";

/** Rules 2 and 3: how cells change hands. Only their owner gives them away, and they are gone from its book with the event that says so. */

/** How far ahead of now the hub owns all cells, in slots: two hours. A setting of the site's owner. */
export const FRONTIER_SLOTS = 8;

/**
 * Rule 3: which seats the hub keeps for walk-ins beyond the frontier: the last of each class that has two or more. Takes seat -> class.
 */
export function standingSplit(classes: Record<string, string>): Record<string, Seat> {
  const names = Object.keys(classes);
  const alike = (kind: string | undefined) => names.filter((name) => classes[name] === kind);
  return Object.fromEntries(
    Object.entries(classes).map(([name, kind]) => {
      const group = alike(kind);
      return [name, { class: kind, walkIn: group.length > 1 && group.at(-1) === name }];
    }),
  );
}

/** A grant of cells of one seat. */
interface Grant {
  type: "cells.granted";
  data: { seat: string; spans: Span[] };
}

/**
 * Rule 3, by the cloud, while the hub is connected (a grant to a hub that is away would lie idle in between): moves the frontier on to
 * `now` (epoch ms) and `ahead` slots, and hands over the walk-in seats. A booking that crosses the edge moves whole (Rule 2).
 */
export function advanceFrontier(book: Book, now: number, ahead: number = FRONTIER_SLOTS): Grant[] {
  return Object.entries(book.seats).flatMap(([seat, { walkIn }]) => {
    const frontier = walkIn ? FOREVER : slotOf(now) + ahead;
    const spans = intersect(cellsOf(book, seat), [{ from: 0, to: edgeOf(book, seat, frontier) }]);
    return spans.length > 0 ? [{ type: "cells.granted", data: { seat, spans } }] : [];
  });
}

/**
 * Rule 3, by the hub, when it is paired or its owner changes the split: gives the cloud what is free beyond `frontier` (a slot) on the
 * seats that it does not keep for walk-ins. What it has sold stays its own.
 */
export function releaseToCloud(book: Book, frontier: number): Extract<HubBookingEvent, { type: "cells.granted" }>[] {
  return Object.entries(book.seats).flatMap(([seat, { walkIn }]) => {
    const spans = walkIn ? [] : intersect(freeCells(book, seat), [{ from: frontier, to: FOREVER }]);
    return spans.length > 0 ? [{ type: "cells.granted", data: { seat, spans, requestId: null } }] : [];
  });
}

/**
 * Rule 2, by the hub: the cloud asks for cells (REQUEST) that a driver wants now. It gets all of them if the hub could sell them itself
 * and does not keep the seat for walk-ins, else none. `now` is epoch ms.
 */
export function answerRequest(
  book: Book,
  request: { requestId: string; seat: string } & Span,
  now: number,
): HubBookingEvent[] {
  const { requestId, seat, from, to } = request;
  if (refusalOfSale(book, request, now) !== null || book.seats[seat]?.walkIn) {
    return [{ type: "cells.refused", data: { requestId } }];
  }
  return [{ type: "cells.granted", data: { seat, spans: [{ from, to }], requestId } }];
}

/** The frontier of a seat, moved behind the open sales that cross it, and behind those that then cross it (a newer version of one, Rule 8). */
function edgeOf(book: Book, seat: string, frontier: number): number {
  const open = Object.values(book.sales).filter((sale) => sale.seat === seat && isOpen(sale));
  let edge = frontier;
  for (const sale of open.toSorted((a, b) => a.from - b.from)) if (sale.from < edge) edge = Math.max(edge, sale.to);
  return edge;
}
