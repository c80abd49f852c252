import { missing, result, status } from "./answer";
import type { Answer } from "./answer";
import { canHold, PURPOSE_TX, PURPOSES, readProfile } from "./charging-profile";
import { NOMINAL_V, UNLIMITED } from "./charging-schedule";
import type { Client } from "./client";
import { integerOf } from "./frame";
import type { Payload } from "./frame";
import type { Station } from "./station";
import { formatInstant } from "./time";
import type { WallClock } from "./wall-clock";

/** Bounds of a composite schedule: looks into the future, since the VM takes a long loop for an endless one, and periods. */
const MAX_LOOKS = 24;
const MAX_PERIODS = 16;
const MAX_DURATION_SEC = 604800;

function profileIn(payload: Payload, key: string): Payload | undefined {
  const value = payload[key];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Payload) : undefined;
}

/** SetChargingProfile (OCPP 1.6 section 5.16). */
export function setChargingProfile(client: Client, station: Station, payload: Payload): Answer {
  const connectorId = integerOf(payload, "connectorId");
  const given = profileIn(payload, "csChargingProfiles");
  if (connectorId === undefined || given === undefined) return missing("connectorId or csChargingProfiles");
  const profile = readProfile(connectorId, given);
  if (profile === undefined) return missing("a part of csChargingProfiles");
  if (!canHold(profile)) return status("Rejected");
  if (profile.purpose === PURPOSE_TX) {
    const tx = station.tx;
    if (tx === undefined) return status("Rejected");
    if (profile.transactionId !== -1 && profile.transactionId !== client.idOf(tx.no)) return status("Rejected");
  }
  return status(station.profiles.install(profile) ? "Accepted" : "Rejected");
}

/** Takes a RemoteStartTransaction's chargingProfile; the answer where the start must be refused for it. */
export function profileOfStart(station: Station, payload: Payload): Answer | undefined {
  if (payload["chargingProfile"] === undefined) {
    station.profiles.expect(undefined);
    return undefined;
  }
  const given = profileIn(payload, "chargingProfile");
  const profile = given === undefined ? undefined : readProfile(1, given);
  if (profile === undefined) return missing("a part of chargingProfile");
  if (profile.purpose !== PURPOSE_TX || !canHold(profile)) return status("Rejected");
  station.profiles.expect(profile);
  return undefined;
}

/** ClearChargingProfile (OCPP 1.6 section 5.3). */
export function clearChargingProfile(station: Station, payload: Payload): Answer {
  const optional = (key: string): number | undefined => (payload[key] === undefined ? -1 : integerOf(payload, key));
  const id = optional("id");
  const connectorId = optional("connectorId");
  const stackLevel = optional("stackLevel");
  const wanted = payload["chargingProfilePurpose"];
  const purpose = wanted === undefined ? -1 : PURPOSES.indexOf(`${wanted}`);
  if (id === undefined || connectorId === undefined || stackLevel === undefined) return missing("an integer");
  if (wanted !== undefined && purpose < 0) return missing("chargingProfilePurpose");
  const some = station.profiles.clear(id, payload["id"] === undefined, connectorId, purpose, stackLevel);
  return status(some ? "Accepted" : "Unknown");
}

/** GetCompositeSchedule (OCPP 1.6 section 5.7). A schedule with more changes than fit ends early, and says so by its duration. */
export function compositeSchedule(station: Station, clock: WallClock, payload: Payload): Answer {
  const connectorId = integerOf(payload, "connectorId");
  const duration = integerOf(payload, "duration");
  const unit = payload["chargingRateUnit"] === undefined ? "A" : payload["chargingRateUnit"];
  if (connectorId === undefined || duration === undefined) return missing("connectorId or duration");
  if (unit !== "A" && unit !== "W") return missing("chargingRateUnit");
  if (connectorId < 0 || connectorId > 1 || duration <= 0 || !clock.synced) return status("Rejected");
  const wanted = Math.min(duration, MAX_DURATION_SEC);
  const periods: Payload[] = [];
  let before = -1;
  let at = 0;
  for (let looks = 0; looks < MAX_LOOKS && at < wanted; looks++) {
    const { ma, leftSec } = station.profiles.limitIn(at);
    const limitMa = ma === UNLIMITED ? station.maxCurrentMa : Math.min(ma, station.maxCurrentMa);
    if (limitMa !== before) {
      if (periods.length === MAX_PERIODS) break;
      before = limitMa;
      periods.push({ startPeriod: at, limit: inUnit(limitMa, unit), numberPhases: 3 });
    }
    at += Math.min(leftSec, wanted - at);
  }
  const start = formatInstant(clock.now);
  const chargingSchedule = {
    duration: at,
    startSchedule: start,
    chargingRateUnit: unit,
    chargingSchedulePeriod: periods,
  };
  return result({ status: "Accepted", connectorId, scheduleStart: start, chargingSchedule });
}

/** A limit of mA a phase in A with one decimal, or in W over three phases. */
function inUnit(ma: number, unit: string): number {
  return unit === "A" ? Math.floor(ma / 100) / 10 : Math.round((ma * NOMINAL_V * 3) / 1000);
}
