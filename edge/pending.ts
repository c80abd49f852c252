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

/** Strangers at the door, the latest last; bounded, so that nobody fills the memory by knocking. */
export class PendingChargePoints {
  private readonly max: number;
  private readonly known = new Map<string, PendingChargePoint>();

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

  forget(cpId: string): void {
    this.known.delete(cpId);
  }

  list(): PendingChargePoint[] {
    return [...this.known.values()];
  }
}
