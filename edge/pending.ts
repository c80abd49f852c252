import { instant } from "./clock";

/** A charge point that nobody registered and that wants in: for the owner to approve. */
interface PendingChargePoint {
  cpId: string;
  transport: "mqtt" | "websocket";
  address: string;
  firstSeenAt: string;
  lastSeenAt: string;
  attempts: number;
}

/**
 * Why a registered charge point was turned away last, or is not listened to: `unsealed`: its frames are plain and must not be; `other_key`: they are sealed
 * with a key that the hub does not have for it.
 */
interface TurnedAway {
  reason: "wrong_password" | "wrong_certificate" | "insecure" | "unsealed" | "other_key";
  at: string;
}

/** Strangers at the door, the latest last; bounded, so that nobody fills the memory by knocking. And who is registered and was turned away all the same. */
export class PendingChargePoints {
  private readonly max: number;
  private readonly known = new Map<string, PendingChargePoint>();

  private readonly turnedAway = new Map<string, TurnedAway>();

  constructor(max = 100) {
    this.max = max;
  }

  note(cpId: string, transport: "mqtt" | "websocket", address: string, now: number): void {
    const known = this.known.get(cpId);
    this.known.delete(cpId);
    const firstSeenAt = known?.firstSeenAt ?? instant(now);
    const attempts = (known?.attempts ?? 0) + 1;
    this.known.set(cpId, { cpId, transport, address, firstSeenAt, lastSeenAt: instant(now), attempts });
    if (this.known.size > this.max) this.known.delete(this.known.keys().next().value as string);
  }

  /** For registered ones only: there are as many as the owner made. */
  refuse(cpId: string, reason: TurnedAway["reason"], now: number): void {
    this.turnedAway.set(cpId, { reason, at: instant(now) });
  }

  /** null: it came in, or never tried. */
  refusalOf(cpId: string): TurnedAway | null {
    return this.turnedAway.get(cpId) ?? null;
  }

  forget(cpId: string): void {
    this.known.delete(cpId);
    this.turnedAway.delete(cpId);
  }

  list(): PendingChargePoint[] {
    return [...this.known.values()];
  }
}
