import { activeComponent, momentAt } from "./elements";
import { advanceMetering, beginMetering, periodsOf } from "./periods";
import type { Price, Use } from "./price";
import { bill, roundUp } from "./price";
import type { PriceComponent, Tariff, TariffDimension } from "./schema";

/** A reservation as a tariff prices it: from an instant (ISO 8601 UTC) for so many seconds; `expired`: nobody came. */
interface ReservedTime {
  start: string;
  seconds: number;
  expired: boolean;
}

/** Whether the tariff says what a reservation costs. */
export function pricesReservations(tariff: Tariff): boolean {
  return tariff.elements.some(({ restrictions }) => restrictions?.reservation !== undefined);
}

/**
 * What a reservation itself costs (OCPI 2.2.1 ReservationRestrictionType): FLAT and TIME of the RESERVATION elements. One that expires costs the
 * RESERVATION_EXPIRES elements' FLAT as well, and their TIME, where they have one, instead. Rounded as a session is; `min_price` and `max_price`
 * are the session's.
 */
export function priceOfReservation(tariff: Tariff, { start, seconds, expired }: ReservedTime, timeZone: string): Price {
  const end = new Date(Date.parse(start) + seconds * 1000).toISOString();
  const metering = advanceMetering(beginMetering(start), { at: end, energyWh: 0 }, tariff, timeZone);
  const uses: Use[] = [];
  let last: Use | undefined;
  let passed = 0;
  for (const piece of periodsOf(metering)) {
    const moment = momentAt(tariff, timeZone, Date.parse(piece.start), passed, 0, 0);
    const active = (type: TariffDimension, of: "RESERVATION" | "RESERVATION_EXPIRES") =>
      activeComponent(tariff, type, moment, of);
    if (passed === 0) {
      add(uses, "FLAT", active("FLAT", "RESERVATION"), 1);
      if (expired) add(uses, "FLAT", active("FLAT", "RESERVATION_EXPIRES"), 1);
    }
    const time = (expired ? active("TIME", "RESERVATION_EXPIRES") : null) ?? active("TIME", "RESERVATION");
    last = add(uses, "TIME", time, piece.seconds) ?? last;
    passed += piece.seconds;
  }
  roundUp(uses, last);
  return bill(tariff, uses, false);
}

/** Adds to the use at that price, or begins one. Gives it; undefined: it costs nothing. */
function add(uses: Use[], type: TariffDimension, component: PriceComponent | null, quantity: number): Use | undefined {
  if (!component) return undefined;
  const known = uses.find(
    (use) => use.type === type && use.component.price === component.price && use.component.vat === component.vat,
  );
  const use = known ?? { type, component, quantity: 0 };
  if (!known) uses.push(use);
  use.component = component;
  use.quantity += quantity;
  return use;
}
