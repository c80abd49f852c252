import type { BookingSettings } from "../booking-settings";
import type { Money } from "../session";
import { priceOfReservation, pricesReservations } from "./reservation";
import type { Tariff } from "./schema";

/** What a booking itself is sold for (energy is the session's): equal on hub and cloud, and frozen in it with its terms. */
export interface BookingPrice {
  price: Money;
  terms: BookingSettings["terms"];
}

/**
 * Price and terms of a booking from an instant (ISO 8601 UTC) for so many seconds: as the RESERVATION elements of its tariff say (OCPI 2.2.1), VAT included, and
 * where it has none, by the owner's price an hour, half a minor unit up. RESERVATION_EXPIRES elements say the fee for not coming, which is
 * never more than the price that was paid (`owedAfterNoShow`).
 */
export function priceOfBooking(
  tariff: Tariff,
  settings: Pick<BookingSettings, "pricePerHour" | "terms">,
  time: { start: string; seconds: number },
  timeZone: string,
): BookingPrice {
  const { currency } = tariff;
  const { pricePerHour, terms } = settings;
  if (!pricesReservations(tariff)) {
    return { price: { amount: Math.round((pricePerHour * time.seconds) / 3600), currency }, terms };
  }
  const cost = (expired: boolean) => priceOfReservation(tariff, { ...time, expired }, timeZone).total;
  const price = { amount: cost(false), currency };
  const saysFee = tariff.elements.some(({ restrictions }) => restrictions?.reservation === "RESERVATION_EXPIRES");
  return { price, terms: saysFee ? { ...terms, noShowFee: cost(true) } : terms };
}
