import { textIn } from "./answer";
import type { Outgoing } from "./answer";
import type { Inputs } from "./board";
import { handleCall } from "./commands";
import type { ConfigKeys } from "./config-keys";
import { Delivery } from "./delivery";
import { CALL, CALL_ERROR, decodeFrame, encodeCall, encodeError, encodeResult } from "./frame";
import { idOfHead, idTagParent, idTagStatus, isIdTag, resultHead } from "./frame";
import type { Frame, Payload } from "./frame";
import { ASK, localVerdict, mayStop, WELCOME } from "./local-auth";
import { groupCode } from "./list-entry";
import { actionOf, meterValue, payloadOf } from "./queue-entry";
import type { MessageQueue } from "./message-queue";
import type { Entry } from "./queue-entry";
import type { Notice } from "./notices";
import { Registration } from "./registration";
import type { Identity } from "./registration";
import { Replies } from "./replies";
import type { Station } from "./station";
import type { Saved, Store } from "./store";
import type { WallClock } from "./wall-clock";

/** How long an answer is waited for. */
const CALL_TIMEOUT_MS = 30000;
/** Unanswered calls in a row after which the connection is taken for dead. */
const HUNG_AFTER = 2;
/** An answer of so many pieces is short enough to wait as a whole. */
const FEW_PIECES = 8;
/** How long an UnlockConnector waits for the lock. */
const UNLOCK_PATIENCE_MS = 5000;

/** The call that waits for its answer. */
interface Pending {
  id: string;
  action: string;
  ageMs: number;
  /** Set by what was sent: a queued entry, a status, an id tag to authorise. */
  entry: Entry | undefined;
  notice: Notice | undefined;
  idTag: string;
}

/** The OCPP 1.6 client without its socket: frames go in by `received`, come out by `takeFrame`. */
export class Client {
  registration: Registration;
  /** Two calls in a row went unanswered: the socket should be opened anew. */
  hung = false;
  /** Seconds of uptime at which a Reset.req restarts the program; 0 for never. */
  restartAtSec = 0;
  restartWhenIdle = false;
  private online = false;
  private pending: Pending | undefined;
  private silent = 0;
  private replies = new Replies();
  private delivery: Delivery;
  private lastId = 0;
  private toAuthorize = "";
  private triggers: string[] = [];
  private unlockId = "";
  private unlockMs = 0;

  constructor(
    identity: Identity,
    private boot: number,
    store: Store,
    saved: Saved,
    private clock: WallClock,
    private config: ConfigKeys,
    private queue: MessageQueue,
    private station: Station,
  ) {
    this.registration = new Registration(identity, clock, config);
    this.delivery = new Delivery(store, saved, clock, config, queue, station);
  }

  /** Has the central system accepted us? */
  accepted(): boolean {
    return this.registration.status === "Accepted";
  }

  /** The line is up. A charger that was registered before goes on where it was (OCPP 1.6 section 4.2). */
  connected(): void {
    this.online = true;
    this.hung = false;
    this.silent = 0;
    this.station.lineUp = true;
    this.registration.connected();
    if (this.accepted()) this.reportUnasked();
  }

  /** The line is down: what was being sent is taken back, and samples go to flash. */
  disconnected(): void {
    this.online = false;
    this.station.lineUp = false;
    this.replies.clear();
    this.unlockId = "";
    this.abandon();
    this.queue.keepAll();
  }

  private abandon(): void {
    const p = this.pending;
    this.pending = undefined;
    this.station.inFlight = 0;
    if (p === undefined) return;
    if (p.notice !== undefined) this.station.notices.putBack(p.notice);
    if (p.idTag.length > 0) this.decide(p.idTag, false);
  }

  /** Finds out whether an id tag may charge, and lets the station begin where it may. */
  authorize(idTag: string): void {
    this.decide(idTag, this.online && this.accepted());
  }

  private decide(idTag: string, online: boolean): void {
    const { list } = this.station;
    const verdict = localVerdict(this.config, list, idTag, online);
    if (verdict === ASK) this.toAuthorize = idTag;
    else if (verdict === WELCOME) this.station.allow(idTag, list.groupOf(idTag));
  }

  /** Someone holds a tag to the reader: the starter's stops, or one of its group; where nothing runs it asks to start. */
  tapped(idTag: string): void {
    if (!isIdTag(idTag)) return; // in other words it would be another tag
    const tx = this.station.tx;
    if (tx === undefined) {
      this.station.profiles.expect(undefined);
      this.authorize(idTag);
    } else if (mayStop(this.config, this.station.list, tx.idTag, idTag)) this.station.stop("Local", idTag);
  }

  /** Time passes. */
  tick(ms: number, inputs: Inputs): void {
    if (this.unlockId.length > 0) this.watchUnlock(ms, inputs);
    const p = this.pending;
    if (p === undefined) return;
    p.ageMs += ms;
    if (p.ageMs < CALL_TIMEOUT_MS) return;
    this.abandon();
    this.silent++;
    if (this.silent >= HUNG_AFTER) this.hung = true;
  }

  private watchUnlock(ms: number, inputs: Inputs): void {
    this.unlockMs += ms;
    if (inputs.locked && this.unlockMs < UNLOCK_PATIENCE_MS) return;
    this.reply(this.unlockId, encodeResult(this.unlockId, { status: inputs.locked ? "UnlockFailed" : "Unlocked" }));
    this.unlockId = "";
  }

  /** The central system's id of a transaction of ours, -1 while unknown. */
  idOf(no: number): number {
    return this.delivery.idOf(no);
  }

  /** The next frame to send, or undefined; the caller sends them one after the other. */
  takeFrame(): Outgoing | undefined {
    if (!this.online) return undefined;
    const reply = this.replies.take();
    if (reply !== undefined) return { reply: true, text: reply.text, pieces: reply.pieces };
    if (this.pending !== undefined) return undefined;
    if (!this.accepted()) {
      if (!this.takeTrigger("BootNotification") && !this.registration.bootDue()) return undefined;
      return this.call("BootNotification", this.registration.boot());
    }
    return this.nextCall();
  }

  private nextCall(): Outgoing | undefined {
    if (this.takeTrigger("BootNotification")) return this.call("BootNotification", this.registration.boot());
    if (this.takeTrigger("Heartbeat") || this.registration.heartbeatDue()) {
      this.registration.heartbeat();
      return this.call("Heartbeat", {});
    }
    if (this.toAuthorize.length > 0) {
      const idTag = this.toAuthorize;
      this.toAuthorize = "";
      return this.call("Authorize", { idTag }, undefined, undefined, idTag);
    }
    if (this.takeTrigger("MeterValues")) return this.sendMeterValues();
    const notice = this.station.notices.waiting.shift();
    if (notice !== undefined) return this.sendStatus(notice);
    const head = this.delivery.next();
    if (head === undefined) return undefined;
    this.station.inFlight = head.seq;
    return this.call(actionOf(head), payloadOf(head, this.idOf(head.tx), this.clock), head);
  }

  private call(action: string, payload: Payload, entry?: Entry, notice?: Notice, idTag = ""): Outgoing {
    // a queued message keeps its id over repeats, so that the hub knows it again
    const id = entry === undefined ? `${this.boot}-${++this.lastId}` : `q${entry.seq}`;
    this.pending = { id, action, ageMs: 0, entry, notice, idTag };
    return { reply: false, text: encodeCall(id, action, payload), pieces: undefined };
  }

  private sendMeterValues(): Outgoing {
    const payload: Payload = { connectorId: 1, meterValue: [meterValue(this.station.askedReading(), this.clock)] };
    const tx = this.station.tx;
    const id = tx === undefined ? -1 : this.idOf(tx.no);
    if (id >= 0) payload["transactionId"] = id;
    return this.call("MeterValues", payload);
  }

  private sendStatus(notice: Notice): Outgoing {
    const { connectorId, status, errorCode, info } = notice;
    const payload: Payload = { connectorId, status, errorCode, timestamp: this.clock.resolve(notice.stamp) };
    if (info.length > 0) payload["info"] = info;
    return this.call("StatusNotification", payload, undefined, notice);
  }

  /** Notes a TriggerMessage; each kind is sent once however often it is asked for. */
  trigger(message: string): void {
    if (!this.triggers.includes(message)) this.triggers.push(message);
  }

  private takeTrigger(message: string): boolean {
    if (!this.triggers.includes(message)) return false;
    this.triggers = this.triggers.filter((t) => t !== message);
    return true;
  }

  /** Keeps an UnlockConnector open until the lock has moved or not. */
  awaitUnlock(id: string): void {
    this.unlockId = id;
    this.unlockMs = 0;
  }

  /** A frame came in. */
  received(text: string): void {
    const { frame, id } = decodeFrame(text);
    if (frame === undefined) {
      this.config.countUp("RefusedFrames");
      if (id.length > 0) this.replies.refuse(encodeError(id, "FormationViolation", "not an OCPP-J call"));
    } else if (frame.type === CALL) this.called(frame);
    else this.answered(frame);
  }

  /** A frame came that is too long for the charger, which therefore has only its beginning, or nothing. */
  tooLong(head: string): void {
    this.config.countUp("RefusedFrames");
    const id = idOfHead(head);
    if (id.length > 0) this.replies.refuse(encodeError(id, "GenericError", "the frame is too long"));
  }

  private called(frame: Frame): void {
    if (!this.accepted() && this.registration.status !== "Pending") return; // OCPP 1.6 section 4.2
    if (this.replies.repeat(frame.id)) return;
    if (this.replies.full()) return this.busy(frame.id);
    const answer = handleCall(this, this.station, this.config, this.clock, frame);
    if (answer === undefined) return;
    const { code, payload, pieces } = answer;
    if (pieces !== undefined && pieces.count() > FEW_PIECES) {
      if (!this.replies.answerIn(resultHead(frame.id), pieces)) this.busy(frame.id);
    } else if (pieces !== undefined) this.reply(frame.id, textIn(resultHead(frame.id), pieces));
    else if (code.length > 0) this.reply(frame.id, encodeError(frame.id, code, answer.description));
    else this.reply(frame.id, encodeResult(frame.id, payload));
  }

  private reply(id: string, text: string): void {
    if (!this.replies.answer(id, text)) this.busy(id);
  }

  private busy(id: string): void {
    this.replies.refuse(encodeError(id, "GenericError", "too many calls at once"));
  }

  private answered(frame: Frame): void {
    const p = this.pending;
    if (p === undefined || p.id !== frame.id) return; // late, or for another life of ours
    this.pending = undefined;
    this.station.inFlight = 0;
    this.silent = 0;
    const failed = frame.type === CALL_ERROR;
    if (p.entry !== undefined) this.delivery.answered(p.entry, failed, frame.payload);
    else if (p.idTag.length > 0) {
      const accepted = !failed && idTagStatus(frame.payload) === "Accepted";
      if (accepted) this.station.allow(p.idTag, groupCode(idTagParent(frame.payload)));
    } else if (p.action === "BootNotification" && !failed) {
      if (this.registration.booted(frame.payload)) this.reportUnasked();
    } else if (p.action === "Heartbeat" && !failed) this.registration.syncClock(frame.payload);
  }

  /** Where no change waits, the hub is told how things stand. */
  private reportUnasked(): void {
    if (this.station.notices.waiting.length === 0) this.station.notices.report(1);
  }

  /** Nothing waits to be sent or answered. */
  idle(): boolean {
    return this.pending === undefined && this.replies.empty() && this.queue.count() === 0;
  }

  /** A Reset.req is due: at once when idle and allowed to, at the latest at its time. */
  restartDue(): boolean {
    if (this.restartAtSec === 0) return false;
    return (this.restartWhenIdle && this.idle()) || this.clock.upSec >= this.restartAtSec;
  }
}
