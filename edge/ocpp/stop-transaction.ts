import { z } from "zod";
import type { HubEvent } from "../../shared/events";
import { normaliseIdTag } from "../../shared/ocpp";
import type { SessionFlag } from "../../shared/session";
import { startSession } from "../../shared/session";
import { nextReceiptNumber } from "../state/fold";
import { closedOf, closedTransaction, openOf, openTransaction } from "../state/sessions";
import type { ClosedSession, OpenSession } from "../state/state";
import { authorise, keptIdTag } from "./authorise";
import { keptValues, meterValue, registerWh, wholeWh } from "./meter";
import { readingsOf } from "./readings";
import type { Context } from "./route";
import { route } from "./route";
import { endOf, isPlausible } from "./settle";
import { tariffFor } from "./start-transaction";
import type { ChargerTime } from "./times";
import { chargerTime, isoTime } from "./times";
import { idTagInfo, looseText, looseTime } from "./types";

const request = z.object({
  transactionId: z.int(),
  meterStop: z.number(),
  timestamp: looseTime,
  idTag: looseText.nullish(),
  reason: looseText.nullish(),
  transactionData: z.array(meterValue).nullish(),
});

/** A StopTransaction with its time judged and its register in whole Wh. */
interface Stop {
  transactionId: number;
  meterStop: number;
  time: ChargerTime;
  idTag: string | null;
  reason: string;
  data: z.output<typeof meterValue>[];
}

/**
 * OCPP 1.6 section 4.10. Always accepted, since a charger repeats it until it is. It ends the session of its transaction at this charge
 * point; without a transaction id (0 or -1: the start was made offline) the session that fits best. What fits none is kept for the owner.
 */
export const stopTransaction = route({
  request,
  response: z.object({ idTagInfo: idTagInfo.optional() }),
  handle: (request, context) => {
    const stop: Stop = {
      transactionId: request.transactionId,
      meterStop: wholeWh(request.meterStop),
      time: chargerTime(request.timestamp, context.now, context.state.site.timeZone),
      idTag: request.idTag?.trim() || null,
      reason: request.reason?.slice(0, 40) || "Local",
      data: request.transactionData ?? [],
    };
    const info = stop.idTag === null ? {} : { idTagInfo: authoriseStop(context, stop.idTag) };
    return { reply: info, events: stop.transactionId > 0 ? byId(context, stop) : byFit(context, stop) };
  },
});

function byId(context: Context, stop: Stop): HubEvent[] {
  const { cpId, state } = context;
  const open = openTransaction(state, cpId, stop.transactionId);
  if (open) return ending(context, open, stop);
  const closed = closedTransaction(state, cpId, stop.transactionId);
  return closed ? correction(context, closed, stop) : orphan(context, stop);
}

function byFit(context: Context, stop: Stop): HubEvent[] {
  const { cpId, state } = context;
  const closed = closedOf(state, cpId);
  if (closed.some((each) => isRepeat(each, stop))) return [];
  const open = bestFit(openOf(state, cpId), stop);
  if (open) return ending(context, open, stop);
  const untold = bestFit(
    closed.filter(({ session }) => isCorrectable(session.flags) && session.meterStart <= stop.meterStop),
    stop,
  );
  return untold ? correction(context, untold, stop) : loneStop(context, stop);
}

/** Of those that began before it: the same idTag first, then a register that it can have grown from, then the latest start. */
function bestFit<T extends OpenSession>(sessions: T[], stop: Stop): T | undefined {
  const tag = stop.idTag === null ? null : normaliseIdTag(stop.idTag);
  const rank = ({ session }: OpenSession) =>
    (normaliseIdTag(session.idTag) === tag ? 2 : 0) + (session.meterStart <= stop.meterStop ? 1 : 0);
  return sessions
    .filter(({ session }) => Date.parse(session.startedAt) <= stop.time.ms)
    .toSorted((a, b) => rank(b) - rank(a) || Date.parse(b.session.startedAt) - Date.parse(a.session.startedAt))
    .at(0);
}

function ending(context: Context, open: OpenSession, stop: Stop): HubEvent[] {
  const { connectorId } = open.session;
  const readings = readingsOf(context, open, connectorId, stop.data);
  const receiptNumber = nextReceiptNumber(context.state.lastReceipt);
  return [...readings.events, endOf(readings.after(), endingOf(stop), receiptNumber)];
}

function endingOf({ time, meterStop, reason }: Stop, flags: SessionFlag[] = []) {
  const told = time.credible ? flags : [...flags, "clock" as const];
  return { at: time.ms, meterStop, reason, flags: told, chargerTime: time.text };
}

/** A session that the hub had closed by itself gets its true end, under the receipt number that it has; any other was told before. */
function correction({ state }: Context, closed: ClosedSession, stop: Stop): HubEvent[] {
  const { session } = closed;
  if (!isCorrectable(session.flags)) return [];
  const flags = session.flags.filter((flag) => flag !== "incomplete");
  const receipt = session.receiptNumber ?? nextReceiptNumber(state.lastReceipt);
  return [endOf({ ...closed, session: { ...session, flags } }, endingOf(stop, ["corrected"]), receipt)];
}

function isCorrectable(flags: SessionFlag[]): boolean {
  return flags.includes("incomplete") && !flags.includes("corrected");
}

/** The same time of the charger, and the same register (which a suspicious session does not keep). */
function isRepeat({ session, stopTime }: ClosedSession, { time, meterStop }: Stop): boolean {
  const sameRegister = session.meterStop === meterStop || session.flags.includes("suspicious_meter");
  return stopTime === time.text && sameRegister;
}

/** A charger that names a transaction we know nothing of: for the owner to look at. */
function orphan({ cpId, state }: Context, stop: Stop): HubEvent[] {
  const { transactionId, meterStop, reason } = stop;
  const chargerTime = stop.time.text;
  const known = state.orphans.some(
    (each) =>
      each.cpId === cpId &&
      each.transactionId === transactionId &&
      each.chargerTime === chargerTime &&
      each.meterStop === meterStop,
  );
  const idTag = stop.idTag === null ? null : keptIdTag(stop.idTag);
  const data = { cpId, transactionId, idTag, meterStop, reason, chargerTime };
  return known ? [] : [{ type: "transaction.orphaned", data }];
}

/**
 * Only the stop of a transaction arrived (the start was lost in a reset, so its charger has no transaction id): a session from what is
 * known. Where the stop does not bring the first register, no energy is claimed.
 */
function loneStop(context: Context, stop: Stop): HubEvent[] {
  const { cpId, state, now } = context;
  const first = firstReading(stop, now, state.site.timeZone);
  const startedAt = isoTime(first.ms);
  const authorization = stop.idTag === null ? "Invalid" : authorise(context, stop.idTag).info.status;
  const data = {
    id: context.newId(),
    cpId,
    connectorId: onlyConnector(context),
    transactionId: null,
    idTag: keptIdTag(stop.idTag),
    requestId: null,
    reservationId: null,
    startedAt,
    chargerTime: stop.time.text,
    meterStart: first.registerWh,
    tariff: tariffFor(context, authorization === "Accepted"),
    timeZone: state.site.timeZone,
    authorization,
    flags: ["incomplete" as const],
  };
  const open: OpenSession = {
    session: startSession(data),
    secretHash: null,
    chargerTime: data.chargerTime,
    parentIdTag: null,
    authorization,
    suspicious: false,
    abandonedSince: null,
  };
  return [{ type: "session.started", data }, ...ending(context, open, stop)];
}

/** The earliest register that the stop brings along, else its own. */
function firstReading(stop: Stop, now: number, timeZone: string): { ms: number; registerWh: number } {
  for (const value of stop.data) {
    const register = registerWh(keptValues(value.sampledValue));
    const time = chargerTime(value.timestamp, now, timeZone);
    if (register === null || register > stop.meterStop) continue;
    const ms = time.credible && stop.time.credible ? Math.min(time.ms, stop.time.ms) : stop.time.ms;
    if (isPlausible(stop.meterStop - register, stop.time.ms - ms)) return { ms, registerWh: register };
  }
  return { ms: stop.time.ms, registerWh: stop.meterStop };
}

/** A stop does not say where: the charge point's one socket, else the charge point as a whole. */
function onlyConnector({ cpId, state }: Context): number {
  const chargePoint = state.chargePoints[cpId];
  const seen = Object.keys(chargePoint?.connectors ?? {}).filter((id) => id !== "0");
  return (chargePoint?.registration.connectors ?? seen.length) === 1 ? Number(seen[0] ?? 1) : 0;
}

/** The starter's own tag is good to stop with, though it was minted for the start alone. */
function authoriseStop(context: Context, idTag: string) {
  const tag = normaliseIdTag(idTag);
  const { cpId, state } = context;
  const own = [...openOf(state, cpId), ...closedOf(state, cpId)].find(
    ({ session, authorization }) => authorization === "Accepted" && normaliseIdTag(session.idTag) === tag,
  );
  return own ? { status: "Accepted" as const } : authorise(context, idTag).info;
}
