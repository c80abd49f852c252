import { createHash } from "node:crypto";
import type { Sale, Span } from "../../shared/booking";
import { standingSplit, startOfSlot } from "../../shared/booking";
import type { BookingSettings } from "../../shared/booking-settings";
import { overlaps } from "../../shared/booking/spans";
import type { OpeningHours } from "../../shared/opening-hours";
import { isOpenThroughout } from "../../shared/opening-hours";

/**
 * What an owner's change does to the bookings that there are. A booking that was sold stays sold: no change takes it away without its driver. So what is shown is which bookings would not be
 * sold any more, why, and what comes of each.
 */

/** A change before it is made. A block without an end retires its seat. */
export type BookingChange =
  | { kind: "settings"; settings: BookingSettings }
  | { kind: "block"; seat: string | null; from: number; to: number; reschedule: boolean }
  | { kind: "hours"; hours: OpeningHours };

/** A booking that nobody has come for yet. */
type OpenBooking = Pick<Sale, "booking" | "version" | "seat" | "class" | "from" | "to">;

/** `blocked`: lies in the block; `closed`: outside the hours; `notSold`: the site sells no more; `tooLong`: longer than the longest; `walkInSeat`: on a seat that becomes the walk-ins'. */
export const reasons = ["blocked", "closed", "notSold", "tooLong", "walkInSeat"] as const;
type Reason = (typeof reasons)[number];

export interface Affected extends OpenBooking {
  why: Reason[];
  /** It stays sold, at its own price and terms; or its driver is offered something else. */
  then: "stays" | "offered";
}

/** The site as it is. */
export interface SiteNow {
  settings: BookingSettings;
  /** null: nobody has said, so always. */
  hours: OpeningHours | null;
  timeZone: string;
  /** Class by seat, in the order of the seats. */
  seats: Record<string, string>;
  bookings: readonly OpenBooking[];
}

/** The bookings that a change meets and that the present rules do not meet, by start. */
export function affectedBy(site: SiteNow, change: BookingChange): Affected[] {
  const judge = judgeOf(site, change);
  const then: Affected["then"] = change.kind === "block" && change.reschedule ? "offered" : "stays";
  return site.bookings
    .flatMap((booking) => {
      const why = judge(booking);
      return why.length > 0 ? [{ ...booking, why, then }] : [];
    })
    .toSorted((a, b) => a.from - b.from || a.booking.localeCompare(b.booking) || a.version - b.version);
}

function judgeOf(site: SiteNow, change: BookingChange): (booking: OpenBooking) => Reason[] {
  switch (change.kind) {
    case "block":
      return (booking) =>
        (change.seat === null || change.seat === booking.seat) && overlaps(booking, change) ? ["blocked"] : [];
    case "hours": {
      const fits = ({ from, to }: Span, hours: OpeningHours | null) =>
        hours === null || isOpenThroughout(hours, site.timeZone, startOfSlot(from), startOfSlot(to));
      return (booking) => (fits(booking, site.hours) && !fits(booking, change.hours) ? ["closed"] : []);
    }
    case "settings":
      return settingsJudge(site, change.settings);
  }
}

function settingsJudge(
  { settings: before, seats }: SiteNow,
  after: BookingSettings,
): (booking: OpenBooking) => Reason[] {
  const split = standingSplit(seats);
  return (booking) => {
    const why: Reason[] = [];
    if (before.open && !after.open) why.push("notSold");
    if (isTooLong(booking, after) && !isTooLong(booking, before)) why.push("tooLong");
    if (!before.walkInSeat && after.walkInSeat && split[booking.seat]?.walkIn) why.push("walkInSeat");
    return why;
  };
}

function isTooLong({ from, to }: Span, { maxMinutes }: BookingSettings): boolean {
  return (to - from) * 15 > maxMinutes;
}

/** Names what was shown: the same for the same bookings and reasons, and for nothing else. */
export function digestOf(affected: readonly Affected[]): string {
  const lines = affected.map(({ booking, version, why, then }) => [booking, version, then, ...why]);
  return createHash("sha256").update(JSON.stringify(lines)).digest("base64url");
}
