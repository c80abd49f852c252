import type { PassAnswer, Place, Reservation } from "./types";

/** What is needed of localStorage. */
export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** A booking as this browser had it last: enough to charge with, also without a line to the cloud. */
export interface KeptBooking {
  reservation: Reservation;
  placeName: string;
  address: string;
  lat: number;
  lng: number;
  timeZone: string;
  pass: PassAnswer | null;
  /** Told once, at the confirmation. */
  pin: string | null;
}

/** Bookings with their passes, kept for when there is no line. Signing out forgets them. */
export interface Keeper {
  bookings(): KeptBooking[];
  booking(id: string): KeptBooking | null;
  keep(reservation: Reservation, more?: { place?: Place; pass?: PassAnswer }): void;
  /** Forgets what is not among the ones that the cloud named: it is gone, or somebody else's who used this browser. */
  keepOnly(reservations: Reservation[]): void;
  /** Address of a site's hub as its chargers show it; empty: never typed here. */
  hubOf(siteId: string): string;
  keepHub(siteId: string, url: string): void;
  /** All of those addresses, by site. */
  hubs(): Record<string, string>;
}

const bookingsKey = "hitchpost bookings";
const hubsKey = "hitchpost hubs";
/** Older ones have no pass to keep them for. */
const mostKept = 30;

/** Forgets everything, as it is right when somebody signs out. */
export function forgetAll(store: Store): void {
  store.removeItem(bookingsKey);
  store.removeItem(hubsKey);
}

/** A Keeper over localStorage or its like; what is damaged counts as not there. */
export function keeperOf(store: Store): Keeper {
  const read = <T>(key: string, none: T): T => {
    try {
      return (JSON.parse(store.getItem(key) ?? "null") as T | null) ?? none;
    } catch {
      return none;
    }
  };
  const write = (key: string, value: unknown): void => {
    try {
      store.setItem(key, JSON.stringify(value));
    } catch {
      // A full or closed store: the page works on, only not without a line.
    }
  };
  const bookings = () => read<KeptBooking[]>(bookingsKey, []);
  return {
    bookings,
    booking: (id) => bookings().find(({ reservation }) => reservation.booking === id) ?? null,
    keep(reservation, { place, pass } = {}) {
      const known = bookings().find((each) => each.reservation.booking === reservation.booking);
      const isSame = known?.reservation.version === reservation.version;
      const kept: KeptBooking = {
        reservation: { ...reservation, pin: null },
        placeName: place?.name ?? known?.placeName ?? "",
        address: place ? `${place.street}, ${place.postalCode} ${place.city}` : (known?.address ?? ""),
        lat: place?.lat ?? known?.lat ?? 0,
        lng: place?.lng ?? known?.lng ?? 0,
        timeZone: place?.timeZone ?? known?.timeZone ?? "UTC",
        pass: pass ?? (isSame ? known.pass : null),
        pin: reservation.pin ?? known?.pin ?? null,
      };
      const others = bookings().filter((each) => each.reservation.booking !== reservation.booking);
      const newest = [kept, ...others].toSorted(
        (a, b) => Date.parse(b.reservation.end) - Date.parse(a.reservation.end),
      );
      write(bookingsKey, newest.slice(0, mostKept));
    },
    keepOnly(reservations) {
      const named = new Set(reservations.map(({ booking }) => booking));
      write(
        bookingsKey,
        bookings().filter(({ reservation }) => named.has(reservation.booking)),
      );
    },
    hubs: () => read<Record<string, string>>(hubsKey, {}),
    hubOf: (siteId) => read<Record<string, string>>(hubsKey, {})[siteId] ?? "",
    keepHub: (siteId, url) => write(hubsKey, { ...read<Record<string, string>>(hubsKey, {}), [siteId]: url }),
  };
}
