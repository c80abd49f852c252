import type { Book, Holder, Sale } from "../../shared/booking";
import { newBook } from "../../shared/booking";
import type { Bookable } from "../../shared/bookable";
import type { BookingSettings } from "../../shared/booking-settings";
import { defaultBookingSettings } from "../../shared/booking-settings";
import type { HubState } from "../state/state";

/** Reservations in the hub's live state. A site that never turned them on has none of this, and nothing of it costs its walk-ins anything. */
export interface BookingState {
  settings: BookingSettings;
  /** What else the owner has said of the connectors; missing: nothing. */
  bookable?: Bookable;
  /** All that the rules of shared/booking decide from. */
  book: Book;
  /** What this hub alone knows of a booking's buyer, by booking; stays on the hub. */
  buyers: Record<string, Buyer>;
  /** Connectors that wait for a booking's driver, by `connectorKey`. */
  bindings: Record<string, Binding>;
  /** The recovery for which the cloud has been asked for an epoch. */
  askedFor: string | null;
}

/** `idTag`: the card that may start at the charger; null: a pass or PIN at the page only. */
export interface Buyer {
  holder: Holder;
  idTag: string | null;
}

/** A physical connector kept for a sale shortly before its start (OCPP 1.6 section 5.13 is its projection onto the charger). */
export interface Binding {
  booking: string;
  version: number;
  /** OCPP's, a random positive int32. */
  reservationId: number;
  /** The only tag that may start there meanwhile. */
  idTag: string;
  /** When the charger lets go of it by itself, ISO 8601 UTC. */
  until: string;
}

/** How a hub without a cloud is named in its book and its passes; a paired one is named by its site, so that a replacement can take its bookings over. */
export const LOCAL_HUB = "local";

/** The reservations of a hub; of one that has none, an empty book. */
export function bookingOf(state: Readonly<HubState>): BookingState {
  return state.booking ?? noBookings(state.pairing);
}

/** Whether there is anything to sell: connectors are claimed only then. */
export function hasSeats(state: Readonly<HubState>): boolean {
  return state.booking !== undefined && Object.keys(state.booking.book.seats).length > 0;
}

/** The state of a hub whose owner turns reservations on. */
export function noBookings(pairing: HubState["pairing"]): BookingState {
  const book = newBook("hub", pairing?.siteId ?? LOCAL_HUB);
  return {
    settings: defaultBookingSettings,
    book: { ...book, epoch: pairing?.epoch ?? 1 },
    buyers: {},
    bindings: {},
    askedFor: null,
  };
}

/** `CP1/1`: names a connector in a book, and the seat that it adds to the site. */
export function connectorKey({ cpId, connectorId }: { cpId: string; connectorId: number }): string {
  return `${cpId}/${connectorId}`;
}

/** What `connectorKey` named. */
export function connectorOf(key: string): { cpId: string; connectorId: number } {
  const slash = key.lastIndexOf("/");
  return { cpId: key.slice(0, slash), connectorId: Number(key.slice(slash + 1)) };
}

/** The sale that is being started (`admitted`) or charged (`started`) at a connector; null: none. There are two while one waits for the other to leave. */
export function saleOn(
  book: Book,
  key: string,
  stages: readonly Sale["stage"][] = ["started", "admitted"],
): Sale | null {
  const here = Object.values(book.sales).filter(({ use }) => use?.connector === key);
  return stages.map((each) => here.find(({ stage }) => stage === each)).find((sale) => sale !== undefined) ?? null;
}
