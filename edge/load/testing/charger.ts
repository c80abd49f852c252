import type { HubEvent } from "../../../shared/events";
import type { PhaseCurrents } from "../../../shared/load";
import type { ConnectorStatus } from "../../../shared/ocpp";
import { AppError } from "../../../shared/error";
import { ended, started, status } from "../../http/testing/events";
import type { CallRequest } from "../../ocpp/calls";
import type { ManualClock } from "../../testing/manual-clock";

/** How a simulated charger behaves. All times in milliseconds, currents in amperes. */
export interface Traits {
  cpId: string;
  ratedA: number;
  latencyMs: number;
  /** A lower limit takes effect so long after it was confirmed. */
  obeysAfterMs: number;
  /** It confirms limits and does as it likes. */
  ignores: boolean;
  /** It takes only profiles in this unit. */
  unit: "A" | "W" | "both";
  /** Purposes that it refuses. */
  refuses: string[];
  kinds: string[];
  /** It sends MeterValues. */
  meters: boolean;
  triggers: boolean;
}

export const usual: Omit<Traits, "cpId"> = {
  ratedA: 32,
  latencyMs: 100,
  obeysAfterMs: 0,
  ignores: false,
  unit: "both",
  refuses: [],
  kinds: ["Relative", "Absolute"],
  meters: true,
  triggers: true,
};

const VOLTS = 230;
const SAMPLE_MS = 30_000;

/** A car that takes so much of each of the charger's phases, where it may. */
type Car = PhaseCurrents;

interface Transaction {
  id: number;
  sessionId: string;
  car: Car;
  /** Limit of its own. */
  limitA: number | null;
  reported: boolean;
}

/**
 * A charger with one connector that keeps charging profiles as OCPP 1.6 section 3.13 says. What it allows at this moment is `allowsA`, and what it
 * may allow without the hub having heard of anything is `possibleA`.
 */
export class SimCharger {
  connected = false;
  /** Takes calls and answers none. */
  hung = false;
  transaction: Transaction | null = null;
  readonly received: CallRequest<"SetChargingProfile">[] = [];
  private defaultA: number | null = null;
  private maxA: number | null = null;
  /** Lowerings that have not taken effect. */
  private lingering: { a: number; until: number }[] = [];
  private queue: HubEvent[] = [];
  private count = 0;

  constructor(
    readonly traits: Traits,
    private readonly clock: ManualClock,
    private readonly tell: (events: HubEvent[]) => void,
  ) {}

  /** What its profiles allow a transaction, now. */
  get allowsA(): number {
    const { ratedA, ignores } = this.traits;
    return ignores ? ratedA : Math.min(ratedA, Math.max(this.profileA, this.lingeringA));
  }

  /** What it will allow when every lowering has taken effect. */
  private get profileA(): number {
    const { ratedA } = this.traits;
    return Math.min(this.transaction?.limitA ?? this.defaultA ?? ratedA, this.maxA ?? ratedA);
  }

  /** The most that any transaction may take there now, one that starts at this moment included. */
  get possibleA(): number {
    const { ratedA, ignores } = this.traits;
    if (ignores) return ratedA;
    const fresh = Math.min(ratedA, this.defaultA ?? ratedA, this.maxA ?? ratedA);
    return this.transaction ? Math.max(this.allowsA, fresh) : Math.max(fresh, Math.min(ratedA, this.lingeringA));
  }

  /** What flows now, by its own phases. */
  get drawsA(): PhaseCurrents {
    const { transaction } = this;
    const allowed = this.allowsA;
    // A car does not charge at all below 6 A.
    if (!transaction || allowed < 6) return [0, 0, 0];
    return [0, 1, 2].map((phase) => Math.min(allowed, transaction.car[phase] as number)) as unknown as PhaseCurrents;
  }

  connect(): void {
    if (this.connected) return;
    this.connected = true;
    const { cpId } = this.traits;
    this.tell([{ type: "chargePoint.online", data: { cpId, transport: "websocket" } }]);
    const missed = this.queue;
    this.queue = [];
    this.tell([...missed, this.status(this.transaction ? "Charging" : "Available")]);
  }

  disconnect(): void {
    if (!this.connected) return;
    this.connected = false;
    this.tell([{ type: "chargePoint.offline", data: { cpId: this.traits.cpId } }]);
  }

  boot(): void {
    const { cpId } = this.traits;
    this.end();
    this.say([
      {
        type: "chargePoint.booted",
        data: { cpId, accepted: true, vendor: "V", model: "M", serialNumber: null, firmwareVersion: null },
      },
    ]);
  }

  start(car: Car): void {
    if (this.transaction) return;
    this.count += 1;
    const { cpId } = this.traits;
    const sessionId = `${cpId}-${this.count}`;
    const startedAt = new Date(this.clock.now()).toISOString();
    this.transaction = { id: this.count, sessionId, car, limitA: null, reported: this.connected };
    this.say([started(sessionId, { cpId, transactionId: this.count, startedAt }), this.status("Charging")]);
    this.sampleLater(this.transaction);
  }

  end(): void {
    const { transaction } = this;
    if (!transaction) return;
    // The car is gone, and whatever it was still allowed with it.
    this.transaction = null;
    this.lingering = [];
    const { cpId } = this.traits;
    const endedAt = new Date(this.clock.now()).toISOString();
    this.say([ended(transaction.sessionId, { cpId, endedAt }), this.status("Available")]);
  }

  say(events: HubEvent[]): void {
    if (this.connected) this.tell(events);
    else this.queue.push(...events);
  }

  status(word: ConnectorStatus): HubEvent {
    return status(this.traits.cpId, 1, word);
  }

  /** Sends MeterValues now. */
  sample(): void {
    const { transaction } = this;
    if (!transaction || !this.connected || !this.traits.meters) return;
    const at = new Date(this.clock.now()).toISOString();
    const values = this.drawsA.map((amps, phase) => ({
      value: String(Math.round(amps * 10) / 10),
      measurand: "Current.Import",
      phase: `L${phase + 1}`,
      unit: "A",
    }));
    this.tell([
      {
        type: "session.metered",
        data: {
          cpId: this.traits.cpId,
          connectorId: 1,
          id: transaction.sessionId,
          at,
          registerWh: null,
          powerW: null,
          samples: [{ at, chargerTime: null, values }],
        },
      },
    ]);
  }

  /** A call of the hub. */
  call(action: string, payload: unknown, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const { clock, traits } = this;
      if (!this.connected) return reject(offline());
      clock.after(traits.latencyMs / 2, () => {
        if (!this.connected) return reject(offline());
        const answer = this.obey(action, payload);
        if (this.hung) {
          clock.after(timeoutMs - traits.latencyMs / 2, () => reject(new AppError("call_timeout", "No answer.")));
          return;
        }
        clock.after(traits.latencyMs / 2, () => {
          if (!this.connected) return reject(offline());
          if (answer instanceof AppError) reject(answer);
          else resolve(answer);
        });
      });
    });
  }

  private obey(action: string, payload: unknown): unknown {
    const { unit, triggers } = this.traits;
    switch (action) {
      case "GetConfiguration": {
        if (unit === "both") return { configurationKey: [], unknownKey: [] };
        const value = unit === "A" ? "Current" : "Power";
        return { configurationKey: [{ key: "ChargingScheduleAllowedChargingRateUnit", readonly: true, value }] };
      }
      case "TriggerMessage":
        if (!triggers) return new AppError("call_error", "NotImplemented");
        this.clock.after(10, () => this.sample());
        return { status: "Accepted" };
      case "SetChargingProfile":
        return { status: this.take(payload as CallRequest<"SetChargingProfile">) };
      case "ClearChargingProfile":
        return { status: this.clear((payload as CallRequest<"ClearChargingProfile">).id as number) };
      default:
        return new AppError("call_error", "NotImplemented");
    }
  }

  private take(request: CallRequest<"SetChargingProfile">): string {
    this.received.push(request);
    const { chargingProfilePurpose, chargingProfileKind, chargingSchedule, transactionId } = request.csChargingProfiles;
    const { unit, refuses, kinds } = this.traits;
    const period = chargingSchedule.chargingSchedulePeriod[0];
    if (!period || !kinds.includes(chargingProfileKind)) return "Rejected";
    if (unit !== "both" && unit !== chargingSchedule.chargingRateUnit) return "Rejected";
    if (refuses.includes(chargingProfilePurpose)) return "NotSupported";
    const limitA =
      chargingSchedule.chargingRateUnit === "A" ? period.limit : period.limit / VOLTS / (period.numberPhases ?? 3);
    // A lowering that is still on its way takes effect in its own time, whatever comes after it.
    const before = this.profileA;
    if (chargingProfilePurpose === "TxProfile") {
      if (!this.transaction || this.transaction.id !== transactionId) return "Rejected";
      this.transaction.limitA = limitA;
    } else if (chargingProfilePurpose === "TxDefaultProfile") this.defaultA = limitA;
    else this.maxA = limitA;
    // Its confirmation takes the other half of the way, and only from then on does the time to obey count.
    const until = this.clock.now() + this.traits.latencyMs / 2 + this.traits.obeysAfterMs;
    if (this.transaction && this.traits.obeysAfterMs > 0) this.lingering.push({ a: before, until });
    return "Accepted";
  }

  private clear(id: number): string {
    if (id < 2000) {
      if (this.transaction) this.transaction.limitA = null;
    } else if (id < 3000) this.defaultA = null;
    else this.maxA = null;
    return "Accepted";
  }

  private get lingeringA(): number {
    this.lingering = this.lingering.filter((each) => each.until > this.clock.now());
    return Math.max(0, ...this.lingering.map((each) => each.a));
  }

  private sampleLater(transaction: Transaction): void {
    this.clock.after(SAMPLE_MS, () => {
      if (this.transaction !== transaction) return;
      this.sample();
      this.sampleLater(transaction);
    });
  }
}

function offline(): AppError {
  return new AppError("charge_point_offline", "It is not connected.", { status: 409 });
}
