import type { HubEvent, HubEventType } from "../../shared/events";
import { normaliseIdTag } from "../../shared/ocpp";
import { endSession, shiftSession, startSession } from "../../shared/session";
import {
  foldBook,
  foldEpoch,
  foldPaired,
  foldReleased,
  foldReserved,
  foldBookable,
  foldSettings,
} from "../booking/fold";
import { securityAfter, securityFolds } from "../security/fold";
import type { Stored } from "../store/types";
import { followClock, movedBy } from "./clock-step";
import { withFile } from "./files";
import { listsOf, noteTagRemoved, noteTagSet } from "./local-lists";
import { indexClosed, indexOpen, meterOpen, openOf } from "./sessions";
import type { ChargePoint, HubState, LoadState } from "./state";

export type HubStored = Stored<HubEvent>;
type Of<T extends HubEventType> = Extract<HubStored, { type: T }>;
type Folds = { [T in HubEventType]: (state: HubState, event: Of<T>) => void };

/** Failed start requests are kept this many deep, so that a page can still tell its driver why. */
const FAILED_REQUESTS = 50;

/** Orphaned stops are remembered this many deep. */
const ORPHANS = 100;

/** Changes the hub's state by one event, in place. Deterministic: the same events give the same state on every start. */
export function fold(state: HubState, event: HubStored): void {
  const apply = folds[event.type] as (state: HubState, event: HubStored) => void;
  apply(state, event);
}

const nothing = () => {};

const folds: Folds = {
  "hub.paired": (state, { data, seq }) => {
    state.pairing = { hubId: data.hubId, siteId: data.siteId, cloudUrl: data.cloudUrl, epoch: data.epoch, since: seq };
    state.feedAck = 0;
    foldPaired(state, data);
  },
  "hub.epochStarted": (state, { data }) => {
    if (state.pairing) state.pairing.epoch = data.epoch;
    foldEpoch(state, data.epoch);
  },
  "hub.state": nothing,
  "site.set": (state, { data }) => {
    state.site = data;
  },
  "tariff.set": (state, { data }) => {
    state.tariffs[data.id] = data;
    delete state.comingTariffs?.[data.id];
  },
  "tariff.scheduled": (state, { data }) => {
    state.comingTariffs = { ...state.comingTariffs, [data.tariffId]: data.versions };
  },
  "tariff.removed": (state, { data }) => {
    delete state.tariffs[data.tariffId];
    delete state.comingTariffs?.[data.tariffId];
  },
  "idTag.set": (state, { data, seq }) => {
    noteTagSet(state, data.idTag, seq);
    state.idTags[normaliseIdTag(data.idTag)] = data;
  },
  "idTag.removed": (state, { data, seq }) => noteTagRemoved(state, data.idTag, seq),
  "accessKey.set": (state, { data, local }) => {
    state.accessKeys[data.name] = { ...data, hash: String(local?.hash) };
  },
  "accessKey.removed": (state, { data }) => {
    delete state.accessKeys[data.name];
  },
  "chargePoint.registered": (state, { data, local }) => {
    const known = Object.hasOwn(state.chargePoints, data.cpId) ? state.chargePoints[data.cpId] : undefined;
    const passwordHash = typeof local?.passwordHash === "string" ? local.passwordHash : null;
    const key = typeof local?.key === "string" ? local.key : null;
    state.chargePoints[data.cpId] = {
      ...(known ?? unseen),
      connectors: known?.connectors ?? {},
      registration: data,
      passwordHash,
      key,
      stranger: local?.stranger === true,
      ...securityAfter(known, data, passwordHash),
    };
  },
  "chargePoint.removed": (state, { data }) => {
    delete state.localLists?.chargers[data.cpId];
    delete state.chargePoints[data.cpId];
  },
  ...securityFolds,
  "chargePoint.booted": (state, { data, at }) => {
    const { cpId, ...boot } = data;
    withChargePoint(state, cpId, (chargePoint) => {
      chargePoint.boot = { ...boot, at };
    });
    for (const open of openOf(state, cpId)) open.abandonedSince ??= at;
  },
  "chargePoint.online": (state, { data, at }) => setOnline(state, data.cpId, true, at),
  "chargePoint.offline": (state, { data, at }) => setOnline(state, data.cpId, false, at),
  "chargePoint.reported": (state, { data, at }) => {
    const { cpId, about, status, requestId } = data;
    withChargePoint(state, cpId, (chargePoint) => {
      chargePoint.reports = { ...chargePoint.reports, [about]: { status, requestId, at } };
    });
  },
  "clock.stepped": (state, { data }) => followClock(state, data.byMs),
  "clock.doubted": (state, { data }) => {
    state.clockAheadMs = data.aheadMs;
  },
  "file.stored": (state, { data, at, local }) => {
    state.files = withFile(state.files ?? {}, { ...data, at, secret: String(local?.secret) });
  },
  "file.removed": (state, { data }) => {
    delete state.files?.[data.id];
  },
  "localList.told": (state, { data, at }) => {
    const { cpId, ...told } = data;
    if (state.chargePoints[cpId]) listsOf(state).chargers[cpId] = { ...told, at };
  },
  "connector.status": (state, { data, at }) => {
    const { cpId, connectorId, status, errorCode, info } = data;
    withChargePoint(state, cpId, (chargePoint) => {
      chargePoint.connectors[connectorId] = { status, errorCode, info, at };
    });
    for (const open of openOf(state, cpId)) {
      if (open.session.connectorId !== connectorId) continue;
      if (free.has(status)) open.abandonedSince ??= at;
      if (inUse.has(status)) open.abandonedSince = null;
    }
  },
  "connector.reserved": foldReserved,
  "connector.released": foldReleased,
  "start.requested": (state, { data, at, local }) => {
    const { requestId, cpId, connectorId, idTag } = data;
    const secretHash = String(local?.secretHash);
    const request = {
      requestId,
      cpId,
      connectorId,
      idTag,
      secretHash,
      requestedAt: at,
      acceptedAt: null,
      failed: null,
    };
    state.startRequests[requestId] = request;
  },
  "start.accepted": (state, { data, at }) => {
    const request = state.startRequests[data.requestId];
    if (request) request.acceptedAt = at;
  },
  "start.failed": (state, { data, at }) => {
    const request = state.startRequests[data.requestId];
    if (request) request.failed = { reason: data.reason, at };
    const failed = Object.values(state.startRequests).filter((each) => each.failed);
    for (const old of failed.slice(0, Math.max(0, failed.length - FAILED_REQUESTS))) {
      delete state.startRequests[old.requestId];
    }
  },
  "session.started": (state, { data, at }) => {
    const request = data.requestId === null ? undefined : state.startRequests[data.requestId];
    if (request) delete state.startRequests[request.requestId];
    state.openSessions[data.id] = {
      session: startSession(data),
      secretHash: request?.secretHash ?? null,
      chargerTime: data.chargerTime,
      parentIdTag: state.idTags[normaliseIdTag(data.idTag)]?.parentIdTag ?? null,
      authorization: data.authorization,
      suspicious: false,
      abandonedSince: null,
      arrivedAt: at,
    };
    indexOpen(state, data);
  },
  "session.shifted": (state, { data }) => {
    const open = state.openSessions[data.id];
    if (!open) return;
    const arrivedAt = open.arrivedAt && movedBy(open.arrivedAt, data.byMs);
    state.openSessions[data.id] = { ...open, arrivedAt, session: shiftSession(open.session, data.byMs) };
  },
  "session.metered": (state, { data }) => {
    const open = data.id === null ? undefined : state.openSessions[data.id];
    if (!open) return;
    const status = state.chargePoints[data.cpId]?.connectors[data.connectorId]?.status;
    const alive = status !== undefined && inUse.has(status);
    state.openSessions[open.session.id] = { ...meterOpen(open, data), ...(alive ? { abandonedSince: null } : {}) };
  },
  "session.ended": (state, { data, seq }) => {
    const known = state.openSessions[data.id] ?? state.closedSessions[data.id];
    if (!known) return;
    if (state.openSessions[data.id]) indexClosed(state, known.session);
    delete state.openSessions[data.id];
    const session = endSession(known.session, data);
    state.closedSessions[data.id] = { ...known, session, stopTime: data.chargerTime ?? null, seq };
    state.lastReceipt = Math.max(state.lastReceipt, receiptCount(data.receiptNumber));
  },
  "transaction.orphaned": (state, { data }) => {
    const { cpId, transactionId, chargerTime, meterStop } = data;
    state.orphans = [...state.orphans.slice(1 - ORPHANS), { cpId, transactionId, chargerTime, meterStop }];
  },
  "load.set": (state, { data }) => {
    loadOf(state).settings = data;
  },
  "load.held": (state, { data }) => {
    const { cpId, connectorId, storedA, ceilingA } = data;
    const { held } = loadOf(state);
    if (storedA === null) delete held[`${cpId}/${connectorId}`];
    else held[`${cpId}/${connectorId}`] = { storedA, ceilingA };
  },
  "load.problem": (state, { data, at }) => {
    const { cpId, connectorId, problem, limitA, measuredA } = data;
    const { problems } = loadOf(state);
    if (problem === null) delete problems[`${cpId}/${connectorId}`];
    else problems[`${cpId}/${connectorId}`] = { problem, limitA, measuredA, since: at };
  },
  "feed.applied": (state, { data }) => {
    state.feedAck = data.position;
  },
  "journal.thinned": nothing,
  "command.finished": nothing,
  "booking.set": foldSettings,
  "bookable.set": foldBookable,
  "seats.set": foldBook,
  "booking.sold": foldBook,
  "booking.learned": foldBook,
  "booking.restated": foldBook,
  "booking.extended": foldBook,
  "booking.admitted": foldBook,
  "booking.started": foldBook,
  "booking.startFailed": foldBook,
  "booking.ended": foldBook,
  "booking.cancelRefused": foldBook,
  "booking.cancelNoted": foldBook,
  "booking.pinFailed": foldBook,
  "cells.granted": foldBook,
  "cells.received": foldBook,
  "cells.refused": foldBook,
  "hub.recovering": foldBook,
  "hub.recovered": foldBook,
  "book.settled": foldBook,
};

/** A connector without a transaction, and with one (OCPP 1.6 section 4.9). */
const free = new Set<string>(["Available", "Reserved"]);
const inUse = new Set<string>(["Charging", "SuspendedEV", "SuspendedEVSE"]);

const unseen: Omit<ChargePoint, "registration" | "passwordHash" | "connectors"> = {
  boot: null,
  online: false,
  onlineChangedAt: null,
};

function setOnline(state: HubState, cpId: string, online: boolean, at: string): void {
  withChargePoint(state, cpId, (chargePoint) => {
    chargePoint.online = online;
    chargePoint.onlineChangedAt = at;
  });
}

/** Events of a charge point that was removed meanwhile change nothing. */
function withChargePoint(state: HubState, cpId: string, change: (chargePoint: ChargePoint) => void): void {
  const chargePoint = state.chargePoints[cpId];
  if (chargePoint) change(chargePoint);
}

function loadOf(state: HubState): LoadState {
  return (state.load ??= { settings: null, held: {}, problems: {} });
}

/** The counting part of a receipt number such as `R-000042`. */
export function receiptCount(receiptNumber: string): number {
  return Number(/\d+$/.exec(receiptNumber)?.[0] ?? 0);
}

/** The receipt number after `last` in the hub's series. */
export function nextReceiptNumber(last: number): string {
  return `R-${String(last + 1).padStart(6, "0")}`;
}
