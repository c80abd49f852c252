import { error, missing, result, status } from "./answer";
import type { Answer } from "./answer";
import type { Client } from "./client";
import type { ConfigKeys } from "./config-keys";
import { integerOf, textOf } from "./frame";
import type { Frame, Payload } from "./frame";
import { getConfiguration } from "./get-configuration";
import { getLocalListVersion, sendLocalList } from "./local-auth";
import { clearChargingProfile, compositeSchedule, profileOfStart, setChargingProfile } from "./smart-charging";
import type { Station } from "./station";
import type { WallClock } from "./wall-clock";

/** How long a soft reset waits for the queue, a hard one for its answer to leave. */
const SOFT_RESET_SEC = 20;
const HARD_RESET_SEC = 2;
/** What they set must outlive a power cut: refused where the flash is full. */
const KEPT = ["ChangeConfiguration", "SendLocalList", "SetChargingProfile"];

function remoteStart(client: Client, station: Station, config: ConfigKeys, payload: Payload): Answer {
  const idTag = textOf(payload, "idTag", 20);
  if (idTag === undefined) return missing("idTag");
  const connectorId = payload["connectorId"] === undefined ? 1 : integerOf(payload, "connectorId");
  // who else it is, where a group has reserved, only the hub can tell
  const admitted = station.reservations.admits(idTag, "");
  const ask = config.isOn("AuthorizeRemoteTxRequests") || !admitted;
  const may = admitted || station.reservations.hasGroup();
  const can = client.accepted() && connectorId === 1 && station.canStart() && may;
  if (!can) return status("Rejected");
  const refused = profileOfStart(station, payload);
  if (refused !== undefined) return refused;
  if (ask) client.authorize(idTag);
  else station.allow(idTag, "");
  return status("Accepted");
}

function reserveNow(client: Client, station: Station, payload: Payload): Answer {
  const connectorId = integerOf(payload, "connectorId");
  const id = integerOf(payload, "reservationId");
  const idTag = textOf(payload, "idTag", 20);
  const expiry = textOf(payload, "expiryDate", 40);
  const group = payload["parentIdTag"] === undefined ? "" : textOf(payload, "parentIdTag", 20);
  if (connectorId === undefined || id === undefined) return missing("connectorId or reservationId");
  if (idTag === undefined || expiry === undefined || group === undefined)
    return missing("idTag, parentIdTag or expiryDate");
  if (connectorId !== 1 || !client.accepted()) return status("Rejected");
  return status(station.reserve({ id, idTag, parentIdTag: group, expiry }));
}

function cancelReservation(station: Station, payload: Payload): Answer {
  const id = integerOf(payload, "reservationId");
  if (id === undefined) return missing("reservationId");
  const { current } = station.reservations;
  if (current === undefined || current.id !== id) return status("Rejected");
  station.reservations.clear();
  return status("Accepted");
}

function remoteStop(client: Client, station: Station, payload: Payload): Answer {
  const id = integerOf(payload, "transactionId");
  if (id === undefined) return missing("transactionId");
  const tx = station.tx;
  if (tx === undefined || id < 0 || client.idOf(tx.no) !== id || !client.accepted()) {
    return status("Rejected");
  }
  station.stop("Remote", "");
  return status("Accepted");
}

function triggerMessage(client: Client, station: Station, payload: Payload): Answer {
  const message = textOf(payload, "requestedMessage", 50);
  if (message === undefined) return missing("requestedMessage");
  const connectorId = payload["connectorId"] === undefined ? -1 : integerOf(payload, "connectorId");
  if (message === "StatusNotification") {
    if (connectorId !== -1 && connectorId !== 0 && connectorId !== 1) return status("Rejected");
    if (connectorId !== 1) station.notices.report(0);
    if (connectorId !== 0) station.notices.report(1);
    return status("Accepted");
  }
  if (message === "MeterValues" && connectorId !== -1 && connectorId !== 1) return status("Rejected");
  if (message !== "MeterValues" && message !== "Heartbeat" && message !== "BootNotification") {
    return status("NotImplemented");
  }
  client.trigger(message);
  return status("Accepted");
}

function changeAvailability(station: Station, payload: Payload): Answer {
  const connectorId = integerOf(payload, "connectorId");
  const type = textOf(payload, "type", 20);
  if (connectorId === undefined) return missing("connectorId");
  if (type !== "Operative" && type !== "Inoperative") return missing("type");
  if (connectorId < 0 || connectorId > 1) return status("Rejected");
  const changed = station.operative !== (type === "Operative");
  const answer = station.setOperative(type === "Operative");
  if (changed && connectorId === 0) station.notices.report(0);
  return status(answer);
}

function reset(client: Client, station: Station, clock: WallClock, payload: Payload): Answer {
  const type = textOf(payload, "type", 10);
  if (type !== "Hard" && type !== "Soft") return missing("type");
  const soft = type === "Soft";
  station.stop(soft ? "SoftReset" : "HardReset", "");
  client.restartAtSec = clock.upSec + (soft ? SOFT_RESET_SEC : HARD_RESET_SEC);
  client.restartWhenIdle = soft;
  return status("Accepted");
}

function unlockConnector(client: Client, station: Station, frame: Frame): Answer | undefined {
  const connectorId = integerOf(frame.payload, "connectorId");
  if (connectorId === undefined) return missing("connectorId");
  if (connectorId !== 1) return status("NotSupported");
  if (!station.unlock()) return status("UnlockFailed");
  client.awaitUnlock(frame.id);
  return undefined;
}

/** Obeys a call of the central system; undefined where the answer comes later (UnlockConnector). */
export function handleCall(
  client: Client,
  station: Station,
  config: ConfigKeys,
  clock: WallClock,
  frame: Frame,
): Answer | undefined {
  const { action, payload } = frame;
  if (station.flashIsFull && KEPT.includes(action)) return status(action === "SendLocalList" ? "Failed" : "Rejected");
  if (action === "RemoteStartTransaction") return remoteStart(client, station, config, payload);
  if (action === "RemoteStopTransaction") return remoteStop(client, station, payload);
  if (action === "TriggerMessage") return triggerMessage(client, station, payload);
  if (action === "ChangeAvailability") return changeAvailability(station, payload);
  if (action === "Reset") return reset(client, station, clock, payload);
  if (action === "UnlockConnector") return unlockConnector(client, station, frame);
  if (action === "GetConfiguration") return getConfiguration(config, payload);
  if (action === "ReserveNow") return reserveNow(client, station, payload);
  if (action === "CancelReservation") return cancelReservation(station, payload);
  if (action === "GetLocalListVersion") return getLocalListVersion(config, station.list);
  if (action === "SendLocalList") return sendLocalList(config, station.list, payload);
  if (action === "SetChargingProfile") return setChargingProfile(client, station, payload);
  if (action === "ClearChargingProfile") return clearChargingProfile(station, payload);
  if (action === "GetCompositeSchedule") return compositeSchedule(station, clock, payload);
  if (action === "ChangeConfiguration") {
    const key = textOf(payload, "key", 50);
    const value = payload["value"];
    if (key === undefined || typeof value !== "string") return missing("key or value");
    return status(config.change(key, value));
  }
  // there is no authorization cache, so it is as clear as it can be
  if (action === "ClearCache") return status("Accepted");
  if (action === "DataTransfer") return status("UnknownVendorId");
  // FirmwareManagement is not among our profiles: nothing is updated over the air, and an answer without a file name means no diagnostics
  if (action === "UpdateFirmware") return error("NotSupported", "the program is updated over USB");
  if (action === "GetDiagnostics") return result({});
  return error("NotImplemented", "");
}
