import type { Sale } from "../../shared/booking";
import { isOpen, saleId } from "../../shared/booking";
import type { HubState } from "../state/state";
import { referenceOf } from "./bookings";
import { instants } from "./rules";
import { bookingOf } from "./state";

/** A reservation as its owner sees it at the hub. Instants are ISO 8601 UTC. */
interface ListedReservation {
  booking: string;
  version: number;
  reference: string;
  seller: Sale["seller"];
  class: string;
  seat: string;
  from: string;
  until: string;
  stage: Sale["stage"];
  /** A person has to decide: it may have been used before the hub was restored. */
  doubt: boolean;
  cancelPending: boolean;
  price: Sale["price"];
  /** Where it is, or is to be, charged; null: not decided yet. */
  connector: string | null;
  end: Sale["end"];
}

/** Bookings by their start; walk-ins are none, and what is over only if asked for. */
export function listReservations(state: Readonly<HubState>, withEnded: boolean): ListedReservation[] {
  const { book } = bookingOf(state);
  const shown = Object.values(book.sales).filter((sale) => sale.use?.by !== "walkIn" && (withEnded || isOpen(sale)));
  return shown.toSorted((a, b) => a.from - b.from).map((sale) => listedReservation(state, sale));
}

export function listedReservation(state: Readonly<HubState>, sale: Sale): ListedReservation {
  const { bindings } = bookingOf(state);
  const bound = Object.entries(bindings).find(([, binding]) => saleId(binding) === saleId(sale));
  const { booking, version, seller, class: kind, seat, stage, doubt, price, end } = sale;
  return {
    booking,
    version,
    reference: referenceOf(booking),
    seller,
    class: kind,
    seat,
    ...instants(sale),
    stage,
    doubt,
    cancelPending: sale.cancel !== null,
    price,
    connector: sale.use?.connector ?? bound?.[0] ?? null,
    end,
  };
}
