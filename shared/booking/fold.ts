import { changeSale, withCells, withOwnKey, withoutCells, withSale, withSeats } from "./book";
import type { CloudBookingEvent, HubBookingEvent } from "./events";
import type { Book } from "./types";

/** What events make of a book. Decisions write events; only these functions change a book, so that a replay gives the same one. */

/** The hub's book after one of its own events: the part of its state that the booking events of its journal make. */
export function foldHub(book: Book, event: HubBookingEvent): Book {
  switch (event.type) {
    case "booking.learned":
      return withSale(book, event.data.sale);
    case "booking.cancelNoted": {
      const { owed } = event.data;
      return changeSale(book, event.data, () => ({ cancel: { owed } }));
    }
    case "booking.pinFailed": {
      const { booking } = event.data;
      return { ...book, pinTries: { ...book.pinTries, [booking]: (book.pinTries[booking] ?? 0) + 1 } };
    }
    case "cells.granted":
      return withoutCells(book, event.data.seat, event.data.spans);
    case "cells.received":
      return withCells(book, event.data.seat, event.data.spans);
    case "hub.recovering":
      return { ...book, recovery: event.data.recovery };
    case "hub.recovered":
      return { ...book, ...event.data, recovery: null };
    case "book.settled":
      return settle(book, event.data.before);
    default:
      return foldBoth(book, event);
  }
}

/** The cloud's book after an event of the hub. It may see one again (the hub repeats after a recovery what it cannot know to have arrived). */
export function applyAtCloud(book: Book, event: HubBookingEvent): Book {
  switch (event.type) {
    case "cells.granted":
      return withCells(book, event.data.seat, event.data.spans);
    case "booking.sold":
    case "booking.restated":
      return foldBoth(book, { ...event, data: { sale: withOwnKey(book, event.data.sale) } });
    default:
      return foldBoth(book, event);
  }
}

/** The cloud's book after one of its own events. */
export function foldCloud(book: Book, event: CloudBookingEvent): Book {
  switch (event.type) {
    case "booking.sold": {
      const { sale } = event.data;
      const sold = withSale(book, sale);
      if (sale.replaces === null) return sold;
      // Rule 8: the old version waits for its verdict like any cancelled sale, and costs nothing if the change stands.
      const old = { booking: sale.booking, version: sale.replaces };
      return changeSale(sold, old, () => ({ cancel: { owed: 0 } }));
    }
    case "booking.cancelRequested": {
      const { owed } = event.data;
      return changeSale(book, event.data, () => ({ cancel: { owed } }));
    }
    case "cells.granted":
      return withoutCells(book, event.data.seat, event.data.spans);
    case "cells.requested":
      return book;
    case "epoch.started":
      return { ...book, epoch: event.data.epoch, recovery: event.data.recovery, sales: event.data.sales };
  }
}

/** What both sides make alike of an event of the hub. */
function foldBoth(book: Book, event: HubBookingEvent): Book {
  switch (event.type) {
    case "seats.set":
      return withSeats(book, event.data.seats);
    case "booking.sold":
      return withSale(book, event.data.sale);
    case "booking.extended": {
      const { to } = event.data;
      return changeSale(book, event.data, () => ({ to }));
    }
    case "booking.admitted": {
      const { connector, at, by } = event.data;
      // Only an operator admits what was doubtful, and he has looked.
      return changeSale(book, event.data, () => ({ stage: "admitted", use: { connector, at, by }, doubt: false }));
    }
    case "booking.started":
      return changeSale(book, event.data, () => ({ stage: "started", doubt: false }));
    case "booking.startFailed":
      return changeSale(book, event.data, () => ({ stage: "reserved", use: null }));
    case "booking.ended": {
      const { end } = event.data;
      return changeSale(book, event.data, () => ({ stage: "ended", end, cancel: null }));
    }
    case "booking.cancelRefused":
      return changeSale(book, event.data, () => ({ cancel: null }));
    case "booking.restated": {
      const { sale } = event.data;
      return changeSale(withSale(book, sale), sale, () => sale);
    }
    default:
      return book;
  }
}

function settle(book: Book, before: number): Book {
  const kept = Object.entries(book.sales).filter(([, sale]) => !sale.end || sale.to >= before);
  const known = new Set(kept.map(([, sale]) => sale.booking));
  const tries = Object.entries(book.pinTries).filter(([booking]) => known.has(booking));
  return { ...book, sales: Object.fromEntries(kept), pinTries: Object.fromEntries(tries), settled: before };
}
