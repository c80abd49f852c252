import {
  LAMP_ATTENTION,
  LAMP_CHARGING,
  LAMP_FAULT,
  LAMP_OFF,
  LAMP_READY,
  LAMP_SUSPENDED,
  LAMP_WAITING,
  noInputs,
} from "./board";
import type { Inputs, Outputs } from "./board";
import { ChargingProfiles } from "./charging-profiles";
import type { ConfigKeys } from "./config-keys";
import { FaultWatch } from "./fault-watch";
import { CONTEXT_END, CONTEXT_PERIODIC, CONTEXT_TRIGGER } from "./queue-entry";
import type { MessageQueue } from "./message-queue";
import type { Sample } from "./queue-entry";
import { LocalList } from "./local-list";
import { Meter } from "./meter";
import { Notices } from "./notices";
import { Pilot } from "./pilot";
import { Reservations } from "./reservation";
import type { Reservation } from "./reservation";
import { FLASH_FAILED, mayClose, MIN_CURRENT_MA, SILENT_MS } from "./safety";
import { statusOf } from "./status";
import type { Saved, Store } from "./store";
import { decodeTransaction, encodeTransaction } from "./transaction";
import type { Transaction } from "./transaction";
import type { WallClock } from "./wall-clock";

/** Seconds that the first reading is waited for before the board counts as silent. */
const START_PATIENCE_SEC = 5;

/** Somebody may charge, and the plug is awaited. */
interface Grant {
  idTag: string;
  leftMs: number;
}

/** The charging side of the charger: one connector, its car, its transaction. It knows nothing of the line to the hub. */
export class Station {
  tx: Transaction | undefined;
  meter: Meter;
  profiles: ChargingProfiles;
  notices: Notices;
  reservations: Reservations;
  list: LocalList;
  /** False: no new transactions (ChangeAvailability). */
  operative: boolean;
  /** The flash no longer takes what it is given. */
  flashIsFull = false;
  /** Is the line to the hub up? Decides whether samples must go to flash. */
  lineUp = false;
  /** The seq of the transaction message being sent, 0 for none. */
  inFlight = 0;
  inputs: Inputs = noInputs();
  private faults = new FaultWatch();
  private pilot = new Pilot();
  private grant: Grant | undefined;
  private finishing = false;
  private unlocking = false;
  private lastNo: number;
  private recovering: Transaction | undefined;
  private sampleMs = 0;

  constructor(
    private store: Store,
    saved: Saved,
    private clock: WallClock,
    private config: ConfigKeys,
    private queue: MessageQueue,
    /** What the charger is built for, mA a phase. */
    public maxCurrentMa: number,
  ) {
    this.profiles = new ChargingProfiles(store, saved, clock);
    this.meter = new Meter(store, saved, clock);
    this.notices = new Notices(clock);
    this.reservations = new Reservations(store, saved, clock);
    this.list = new LocalList(store, saved, clock);
    this.recovering = decodeTransaction(saved["tx"]);
    this.operative = saved["inop"] === undefined;
    this.notices.operative = this.operative;
    const no = saved["txNo"] === undefined ? NaN : parseInt(`${saved["txNo"]}`);
    this.lastNo = no > 0 ? no : 0;
  }

  /** Time passes and the board is read; what the board should do. */
  tick(ms: number, inputs: Inputs): Outputs {
    this.inputs = inputs;
    const fresh = inputs.ageMs <= SILENT_MS;
    if (fresh) {
      this.pilot.update(inputs.pilot, ms);
      this.meter.update(inputs);
    }
    if (this.recovering !== undefined && (fresh || this.clock.upSec >= START_PATIENCE_SEC)) this.recover(fresh);
    this.watchFaults(ms);
    this.watchPlug(ms);
    this.watchSamples(ms);
    this.updateStatus();
    return this.outputs();
  }

  /** Does the flash take what it is given? Where it does not, samples make room, and nobody new may charge. */
  flashFailed(failed: boolean): void {
    if (this.flashIsFull === failed) return;
    this.flashIsFull = failed;
    this.queue.flashFailed(failed);
    if (failed) this.grant = undefined;
  }

  private offerMa(): number {
    if (this.tx === undefined || this.faults.fault !== undefined) return 0;
    const ma = this.profiles.currentMa(this.maxCurrentMa);
    return ma < MIN_CURRENT_MA ? 0 : ma; // no pilot can say less than 6 A
  }

  private outputs(): Outputs {
    const offerMa = this.offerMa();
    const healthy = this.faults.fault === undefined && this.inputs.locked;
    if (this.unlocking && !this.inputs.locked) this.unlocking = false;
    return {
      contactor: mayClose(this.pilot.wantsPower(), this.tx !== undefined, offerMa, healthy),
      currentMa: offerMa,
      lock: this.tx !== undefined && !this.unlocking,
      lamp: this.lamp(),
      restart: false,
    };
  }

  private lamp(): number {
    const s = this.notices.status;
    if (s === "Faulted") return LAMP_FAULT;
    if (s === "Charging") return LAMP_CHARGING;
    if (s === "SuspendedEV" || s === "SuspendedEVSE") return LAMP_SUSPENDED;
    if (s === "Preparing" || s === "Finishing") return LAMP_WAITING;
    return s === "Available" ? LAMP_READY : LAMP_OFF;
  }

  private watchFaults(ms: number): void {
    this.faults.update(ms, this.inputs, this.pilot.state, this.tx !== undefined);
    if (this.faults.fault === undefined) return;
    this.grant = undefined;
    const reason = this.faults.stopReason;
    if (reason.length > 0) this.stop(reason, "");
  }

  private watchPlug(ms: number): void {
    this.reservations.watch();
    if (this.pilot.empty()) {
      this.finishing = false;
      this.stop("EVDisconnected", "");
      this.finishing = false;
    }
    const grant = this.grant;
    if (grant === undefined) return;
    if (this.pilot.plugged()) {
      this.begin(grant.idTag);
      return;
    }
    grant.leftMs -= ms;
    if (grant.leftMs <= 0) this.grant = undefined;
  }

  private watchSamples(ms: number): void {
    const interval = this.config.numberOf("MeterValueSampleInterval");
    if (this.tx === undefined || interval === 0) return;
    this.sampleMs += ms;
    if (this.sampleMs < interval * 1000) return;
    this.sampleMs = 0;
    // First to flash: a register that was told must not be lower after a reset. At 30 s flash outlives the charger by far.
    this.meter.save();
    this.queue.sample(this.tx.no, this.meter.reading(CONTEXT_PERIODIC, this.inputs), !this.lineUp, this.inFlight);
  }

  /** A reading to tell at once, for a TriggerMessage. */
  askedReading(): Sample {
    return this.meter.askedReading(CONTEXT_TRIGGER, this.inputs);
  }

  /** Could a transaction start here and now, once a car is plugged in? */
  canStart(): boolean {
    const free = this.tx === undefined && this.grant === undefined && this.recovering === undefined;
    const fit = this.notices.begun && this.faults.fault === undefined && this.operative && !this.flashIsFull;
    return free && fit && this.queue.hasRoomForTransaction();
  }

  /**
   * Lets this id tag charge: at once when a car is plugged in, else when one comes within ConnectionTimeOut. `group` is the `groupCode` of its
   * group, "" for none.
   */
  allow(idTag: string, group: string): boolean {
    if (!this.canStart() || !this.reservations.admits(idTag, group)) return false;
    this.grant = { idTag, leftMs: this.config.numberOf("ConnectionTimeOut") * 1000 };
    this.updateStatus();
    return true;
  }

  private begin(idTag: string): void {
    this.grant = undefined;
    this.finishing = false;
    this.sampleMs = 0;
    this.faults.begin();
    this.profiles.begin();
    this.lastNo = (this.lastNo % 2147483647) + 1; // always an int32
    const tx = { no: this.lastNo, idTag, meterStart: this.meter.totalWh(), stamp: this.clock.stamp() };
    this.tx = tx;
    this.store.put("txNo", `${tx.no}`);
    this.store.put("tx", encodeTransaction(tx));
    this.meter.save();
    this.queue.start(tx.no, idTag, tx.meterStart, tx.stamp, this.inFlight, this.reservations.current);
    this.reservations.clear();
  }

  /** Ends the transaction, if one runs: the contactor opens, a last reading and the stop are queued. */
  stop(reason: string, idTag: string): void {
    const tx = this.tx;
    if (tx === undefined) return;
    this.tx = undefined;
    this.finishing = true;
    this.profiles.end();
    this.meter.save();
    this.close(tx, reason, idTag, this.meter.reading(CONTEXT_END, this.inputs));
  }

  private close(tx: Transaction, reason: string, idTag: string, last: Sample): void {
    this.queue.sample(tx.no, last, true, this.inFlight);
    const withStart = this.config.textOf("StopTxnSampledData").length > 0;
    this.queue.stop(tx, idTag, reason, last, withStart, this.inFlight);
    this.store.remove("tx");
  }

  /** A transaction was cut by a reset: it ends at the last reading that is certain (OCPP 1.6 section 7.37). */
  private recover(fresh: boolean): void {
    const tx = this.recovering as Transaction;
    this.recovering = undefined;
    const wh = Math.max(this.meter.totalWh(), tx.meterStart);
    const voltageMv = fresh ? this.inputs.voltageMv : 0;
    const last = { context: CONTEXT_END, stamp: this.meter.savedStamp, wh, powerW: 0, currentMa: 0, voltageMv };
    this.finishing = true;
    this.close(tx, "PowerLoss", "", last);
  }

  /** Keeps the connector for somebody (ReserveNow, OCPP 1.6 section 5.13): the status of its answer. */
  reserve(reservation: Reservation): string {
    if (this.faults.fault !== undefined || this.flashIsFull) return "Faulted";
    if (!this.operative) return "Unavailable";
    const other = this.reservations.current;
    const taken = other !== undefined && other.id !== reservation.id;
    if (taken || !this.canStart() || this.pilot.plugged()) return "Occupied";
    return this.reservations.set(reservation) ? "Accepted" : "Rejected";
  }

  /** Sets the connector's availability (ChangeAvailability, OCPP 1.6 section 5.2): the status of its answer. */
  setOperative(operative: boolean): string {
    if (this.operative !== operative) {
      this.operative = operative;
      this.notices.operative = operative;
      if (operative) this.store.remove("inop");
      else this.store.put("inop", "1");
    }
    if (!operative) this.grant = undefined;
    return !operative && this.tx !== undefined ? "Scheduled" : "Accepted";
  }

  /** Opens the lock, ending the transaction if one runs. False where the front-end cannot be asked. */
  unlock(): boolean {
    if (this.inputs.ageMs > SILENT_MS) return false;
    this.stop("UnlockCommand", "");
    this.unlocking = true;
    return true;
  }

  private updateStatus(): void {
    const settled = this.pilot.settled || this.clock.upSec >= START_PATIENCE_SEC;
    if (!settled) return;
    const broken = this.faults.fault;
    const status = statusOf({
      faulted: broken !== undefined || (this.flashIsFull && this.tx === undefined),
      operative: this.operative,
      transaction: this.tx !== undefined,
      plugged: this.pilot.plugged(),
      granted: this.grant !== undefined,
      reserved: this.reservations.current !== undefined,
      finishing: this.finishing,
      wantsPower: this.pilot.wantsPower(),
      offered: this.offerMa() > 0 && !this.pilot.needsVentilation(),
    });
    this.notices.update(status, broken === undefined && this.flashIsFull ? FLASH_FAILED : broken);
  }

  /** The lamp when the hub has been out of reach for long. */
  lampFor(outputs: Outputs, needsAttention: boolean): number {
    return needsAttention && outputs.lamp === LAMP_READY ? LAMP_ATTENTION : outputs.lamp;
  }
}
