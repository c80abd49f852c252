import type { CloudBookingEvent, HubBookingEvent, Sale, Span } from "../../shared/booking";
import { FOREVER, instantOfSlot, saleId } from "../../shared/booking";

/** What happened, in plain words: the history that `npm run simulate` prints. */

/** What an event of a hub or of the cloud says of the one that wrote it. */
export function describe(event: HubBookingEvent | CloudBookingEvent): string {
  switch (event.type) {
    case "seats.set":
      return `has the seats ${Object.keys(event.data.seats).join(", ")}`;
    case "booking.sold":
      return `sells ${withCells(event.data.sale)}${insteadOf(event.data.sale)}`;
    case "booking.learned":
      return `hears of ${withCells(event.data.sale)}${insteadOf(event.data.sale)}`;
    case "booking.restated":
      return `says again ${withCells(event.data.sale)}, ${stateOf(event.data.sale)}`;
    case "booking.extended":
      return `extends ${saleId(event.data)} to ${time(event.data.to)}`;
    case "booking.admitted":
      return `admits ${saleId(event.data)} to ${event.data.connector} (${event.data.by})`;
    case "booking.started":
      return `hears that ${saleId(event.data)} charges`;
    case "booking.startFailed":
      return `hears that ${saleId(event.data)} could not start`;
    case "booking.ended": {
      const { status, reason, owed, keeps } = event.data.end;
      const cells = keeps ? `, and keeps ${cellsIn([keeps])}` : "";
      return `ends ${saleId(event.data)}: ${status}${reason ? ` (${reason})` : ""}, ${owed} owed${cells}`;
    }
    case "booking.cancelRequested":
      return `wants ${saleId(event.data)} cancelled, ${event.data.owed} owed`;
    case "booking.cancelRefused":
      return `refuses to cancel ${saleId(event.data)}: it was used`;
    case "booking.cancelNoted":
      return `cannot say yet whether ${saleId(event.data)} is cancelled`;
    case "booking.pinFailed":
      return `was shown a wrong PIN for ${event.data.booking}`;
    case "cells.granted":
      return `gives away ${event.data.seat} ${cellsIn(event.data.spans)}`;
    case "cells.received":
      return `owns ${event.data.seat} ${cellsIn(event.data.spans)} from now on`;
    case "cells.requested":
      return `asks for ${event.data.seat} ${cellsIn([event.data])} (${event.data.requestId})`;
    case "cells.refused":
      return `refuses ${event.data.requestId}`;
    case "book.settled":
      return `forgets what ended before ${time(event.data.before)}`;
    case "hub.recovering":
      return `is unsure of its state (${event.data.recovery})`;
    case "hub.recovered":
    case "epoch.started": {
      const { epoch, owned, sales } = event.data;
      const cells = Object.entries(owned).map(([seat, spans]) => `${seat} ${cellsIn(spans)}`);
      const known = Object.values(sales).map((sale) => `${saleId(sale)} ${stateOf(sale)}`);
      return `begins epoch ${epoch}; owns ${cells.join("; ")}; knows ${known.join("; ") || "no booking"}`;
    }
  }
}

function withCells(sale: Sale): string {
  return `${saleId(sale)}: ${sale.seat} ${cellsIn([sale])}`;
}

function insteadOf({ booking, replaces }: Sale): string {
  return replaces === null ? "" : ` instead of ${booking}/${replaces}`;
}

function stateOf({ stage, doubt, cancel }: Sale): string {
  return `${stage}${doubt ? " in doubt" : ""}${cancel ? " and to be cancelled" : ""}`;
}

/** Runs of slots, as times. */
export function cellsIn(spans: readonly Span[]): string {
  return spans.map(({ from, to }) => `${time(from)} to ${time(to)}`).join(" and ") || "nothing";
}

function time(slot: number): string {
  if (slot === 0) return "the beginning";
  return slot === FOREVER ? "for ever" : instantOfSlot(slot).slice(5, 16).replace("T", " ");
}
