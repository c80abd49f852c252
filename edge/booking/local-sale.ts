import type { Offer, SaleRefusal } from "../../shared/booking";
import { SLOT_MS, cancelAtHub, foldHub, sell, slotOf } from "../../shared/booking";
import { AppError } from "../../shared/error";
import type { HubEvent } from "../../shared/events";
import { freeTariff } from "../../shared/session";
import { priceOfBooking } from "../../shared/tariff/booking";
import { tariffFor } from "../ocpp/start-transaction";
import type { HubState } from "../state/state";
import type { Decision } from "../store/types";
import { classes, seatEvents } from "./connectors";
import type { BookingState, Buyer } from "./state";
import { bookingOf, connectorOf } from "./state";

/** Reservations that the owner makes at the hub, of cells that the hub owns: all of them where it has no cloud. */

export interface LocalWish {
  /** The booking's id if it is new. */
  booking: string;
  /** Makes a repeated call harmless. */
  key: string;
  /** Epoch ms, on quarter hours. */
  from: number;
  to: number;
  /** Key of the connector whose seat is wanted; else any of the class, else any. */
  at: string | null;
  class: string | null;
  buyer: Buyer;
}

const refusals: Record<SaleRefusal, string> = {
  recovering: "The hub is not sure of its state and sells nothing until it has recovered.",
  unknown_seat: "There is no such connector.",
  past: "This time is over.",
  too_far: "This is too far ahead: at most 14 days.",
  not_owner: "This time is the cloud's to sell.",
  quarantined: "This time may have been sold before the hub was restored.",
  cancel_pending: "This time waits for a cancel to be confirmed.",
  taken: "This time is taken.",
  key_reused: "This key was used for another reservation.",
};

/**
 * Sells to somebody at the site (Rule 1): the first seat that can be had, without those kept for walk-ins if possible. `now` is epoch ms. Throws AppError
 * 400 `not_on_quarter`, 404 `no_seat`, 409 with the refusal of shared/booking as its code.
 */
export function decideLocalSale(
  state: Readonly<HubState>,
  wish: LocalWish,
  now: number,
): Decision<{ booking: string; version: number; repeated: boolean }, HubEvent> {
  const { from, to, at, buyer } = wish;
  if (from % SLOT_MS !== 0 || to % SLOT_MS !== 0 || from >= to) {
    throw new AppError(
      "not_on_quarter",
      "A reservation begins and ends on a quarter of an hour, and ends after it begins.",
    );
  }
  // The first reservation of a site turns reservations on.
  const seats = seatEvents(state, now);
  const booking = withSeats(bookingOf(state), seats);
  const candidates = seatsFor(state, booking, wish);
  if (candidates.length === 0) throw new AppError("no_seat", "There is no such connector.", { status: 404 });
  let refusal: SaleRefusal = "unknown_seat";
  for (const seat of candidates) {
    const { answer, events } = sell(booking.book, offerOf(state, booking, { ...wish, at: seat }), now);
    if (answer.ok) {
      const { booking: id, version } = answer.sale;
      const local = { holder: buyer.holder, idTag: buyer.idTag };
      return {
        reply: { booking: id, version, repeated: answer.repeated },
        events: [...seats, ...events.map((event) => ({ ...event, local }))],
      };
    }
    refusal = answer.refusal;
    if (refusal === "key_reused") break;
  }
  throw new AppError(refusal, refusals[refusal], { status: 409, details: at ? connectorOf(at) : {} });
}

/** Takes a reservation back (Rule 7). Throws AppError 404 `unknown_booking`, 409 `booking_used`, `booking_ended`, `operator_needed`, `recovering`. */
export function decideLocalCancel(
  state: Readonly<HubState>,
  booking: string,
  now: number,
): Decision<{ owed: number }, HubEvent> {
  const { book } = bookingOf(state);
  const versions = Object.values(book.sales).filter((sale) => sale.booking === booking);
  const sale = versions.find(({ end }) => !end) ?? versions.at(-1);
  if (!sale) throw new AppError("unknown_booking", "There is no such reservation.", { status: 404 });
  const { answer, events } = cancelAtHub(book, sale, now);
  if (answer.ok) return { reply: { owed: answer.owed }, events };
  const [code, message] = cancelRefusals[answer.refusal];
  throw new AppError(code, message, { status: 409 });
}

const cancelRefusals = {
  unknown: ["unknown_booking", "There is no such reservation."],
  used: ["booking_used", "The driver has begun to charge: stop the session instead."],
  doubtful: ["operator_needed", "It may have been used before the hub was restored: admit the driver, or let it pass."],
  recovering: ["recovering", refusals.recovering],
  ended: ["booking_ended", "This reservation is over."],
} as const;

/** The seats that fit a wish, those kept for walk-ins last. */
function seatsFor(state: Readonly<HubState>, { book }: BookingState, wish: LocalWish): string[] {
  if (wish.at !== null) return wish.at in book.seats ? [wish.at] : [];
  const known = classes(state);
  const fitting = Object.keys(book.seats).filter((seat) => wish.class === null || known[seat] === wish.class);
  return fitting.toSorted((a, b) => Number(book.seats[a]?.walkIn) - Number(book.seats[b]?.walkIn));
}

function offerOf(state: Readonly<HubState>, { settings }: BookingState, wish: LocalWish & { at: string }): Offer {
  const { booking, key, from, to, at } = wish;
  const { currency, timeZone } = state.site;
  const { cpId } = connectorOf(at);
  const tariff = cpId in state.chargePoints ? tariffFor({ cpId, state, now: from }, true) : freeTariff(currency);
  const time = { start: new Date(from).toISOString(), seconds: (to - from) / 1000 };
  return {
    booking,
    key,
    seat: at,
    from: slotOf(from),
    to: slotOf(to),
    ...priceOfBooking(tariff, settings, time, timeZone),
    tariff,
  };
}

function withSeats(booking: BookingState, events: ReturnType<typeof seatEvents>): BookingState {
  return { ...booking, book: events.reduce(foldHub, booking.book) };
}
