import type { ConfigKeys } from "./config-keys";
import { idTagStatus, integerOf, isInt } from "./frame";
import type { Payload } from "./frame";
import { KIND_START } from "./queue-entry";
import type { MessageQueue } from "./message-queue";
import type { Entry } from "./queue-entry";
import type { Station } from "./station";
import type { Saved, Store } from "./store";
import type { WallClock } from "./wall-clock";

/** Transaction messages on their way: what their answers mean, when one is sent again, and the ids that the hub gives. */
export class Delivery {
  private attempts = 0;
  private retryAtSec = 0;
  private mapTx = 0;
  private mapId = -1;

  constructor(
    private store: Store,
    saved: Saved,
    private clock: WallClock,
    private config: ConfigKeys,
    private queue: MessageQueue,
    private station: Station,
  ) {
    const map = saved["map"] === undefined ? [] : `${saved["map"]}`.split(",");
    const id = map.length === 2 ? parseInt(`${map[1]}`) : NaN;
    if (isInt(id)) {
      this.mapTx = parseInt(`${map[0]}`);
      this.mapId = id;
    }
  }

  /** The central system's id of a transaction of ours, -1 while unknown. */
  idOf(no: number): number {
    return this.mapTx === no ? this.mapId : -1;
  }

  private learn(no: number, id: number): void {
    this.mapTx = no;
    this.mapId = id;
    this.store.put("map", `${no},${id}`);
  }

  /** The message to send now, or undefined. */
  next(): Entry | undefined {
    return this.clock.upSec < this.retryAtSec ? undefined : this.queue.head();
  }

  /** The central system's answer to a message: a CALLERROR where `failed`. */
  answered(entry: Entry, failed: boolean, payload: Payload): void {
    const isStart = entry.kind === KIND_START;
    const id = integerOf(payload, "transactionId");
    if (failed || (isStart && id === undefined)) {
      this.failed(entry, isStart);
      return;
    }
    this.attempts = 0;
    this.retryAtSec = 0;
    if (isStart) this.learn(entry.tx, id as number);
    this.queue.done(entry.seq);
    const invalid = isStart && idTagStatus(payload) !== "Accepted";
    if (invalid && this.config.isOn("StopTransactionOnInvalidId")) this.stopIfRunning(entry.tx, "DeAuthorized");
  }

  /** The central system could not process it: again after RetryInterval times attempts, and at last given up (section 9.1.27). */
  private failed(entry: Entry, isStart: boolean): void {
    this.attempts++;
    if (this.attempts < this.config.numberOf("TransactionMessageAttempts")) {
      const pause = this.config.numberOf("TransactionMessageRetryInterval") * this.attempts;
      this.retryAtSec = this.clock.upSec + pause;
      return;
    }
    this.attempts = 0;
    this.retryAtSec = 0;
    this.queue.done(entry.seq);
    if (isStart) {
      this.learn(entry.tx, -1);
      this.stopIfRunning(entry.tx, "Other");
    }
  }

  private stopIfRunning(no: number, reason: string): void {
    const tx = this.station.tx;
    if (tx !== undefined && tx.no === no) this.station.stop(reason, "");
  }
}
