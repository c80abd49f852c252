import { isInt } from "./frame";
import { groupCode } from "./list-entry";
import type { Saved, Store } from "./store";
import { parseInstant, secondsBetween } from "./time";
import type { WallClock } from "./wall-clock";

/** A connector kept for somebody (ReserveNow, OCPP 1.6 section 5.13). */
export interface Reservation {
  id: number;
  idTag: string;
  /** "" where no group may use it. */
  parentIdTag: string;
  /** ISO 8601. */
  expiry: string;
}

function decode(text: string | undefined): Reservation | undefined {
  try {
    const [id, idTag, parentIdTag, expiry] = JSON.parse(`${text}`);
    const texts = [idTag, parentIdTag, expiry];
    const whole = isInt(id) && texts.every((one) => typeof one === "string");
    return whole ? { id, idTag, parentIdTag, expiry } : undefined;
  } catch {
    return undefined;
  }
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase(); // id tags are CiString20
}

/** The reservation of the one connector, in RAM and flash. */
export class Reservations {
  current: Reservation | undefined;

  constructor(
    private store: Store,
    saved: Saved,
    private clock: WallClock,
  ) {
    this.current = decode(saved["rsv"]);
  }

  /** Has its time passed, as far as the time is known? */
  private isOver(reservation: Reservation): boolean {
    const expiry = parseInstant(reservation.expiry);
    return expiry === undefined || (this.clock.synced && secondsBetween(this.clock.now, expiry) <= 0);
  }

  /** Takes it in place of the one before; false where its time is none, or has passed. */
  set(reservation: Reservation): boolean {
    if (this.isOver(reservation)) return false;
    this.current = reservation;
    const { id, idTag, parentIdTag, expiry } = reservation;
    this.store.put("rsv", JSON.stringify([id, idTag, parentIdTag, expiry]));
    return true;
  }

  /** It is over: used, cancelled or expired. */
  clear(): void {
    if (this.current === undefined) return;
    this.current = undefined;
    this.store.remove("rsv");
  }

  /** Lets it end when its time comes. */
  watch(): void {
    if (this.current !== undefined && this.isOver(this.current)) this.clear();
  }

  /** May this tag charge here? `group` is the `groupCode` of its group, "" for none. */
  admits(idTag: string, group: string): boolean {
    const r = this.current;
    if (r === undefined || same(r.idTag, idTag)) return true;
    return group.length > 0 && groupCode(r.parentIdTag) === group;
  }

  /** Could it be a tag of the group that the connector is kept for? Only the hub knows. */
  hasGroup(): boolean {
    return this.current !== undefined && this.current.parentIdTag.length > 0;
  }
}
