import { PILOT_E, PILOT_F } from "./board";
import type { Inputs } from "./board";

/** Silence after which the front-end counts as lost. */
export const SILENT_MS = 1500;
/** Least current that IEC 61851-1 lets a pilot offer. */
export const MIN_CURRENT_MA = 6000;

/** What is wrong, in OCPP's words (ChargePointErrorCode, OCPP 1.6 section 7.6). */
export interface Fault {
  code: string;
  info: string;
  /** Reason of a StopTransaction, if the fault ends one at once; "" where it may pass. */
  stops: string;
}

function fault(code: string, info: string, stops: string): Fault {
  return { code, info, stops };
}

/** The charger can no longer keep what it owes the hub. A session that runs goes on, none begins. */
export const FLASH_FAILED = fault("InternalError", "FlashFull", "");

/** The gravest fault of a reading, or undefined when all is well. */
export function findFault(inputs: Inputs): Fault | undefined {
  // an age that is no number is a doubt too
  if (!(inputs.ageMs <= SILENT_MS)) return fault("InternalError", "FrontEndSilent", "");
  if (inputs.emergencyStop) return fault("OtherError", "EmergencyStop", "EmergencyStop");
  if (inputs.caseOpen) return fault("OtherError", "CaseOpen", "Other");
  if (inputs.welded) return fault("PowerSwitchFailure", "ContactorWelded", "Other");
  if (inputs.residualCurrent) return fault("GroundFailure", "ResidualCurrent", "Other");
  if (inputs.overCurrent) return fault("OverCurrentFailure", "OverCurrent", "");
  if (inputs.overTemperature) return fault("HighTemperature", "OverTemperature", "");
  if (inputs.meterFailed) return fault("PowerMeterFailure", "MeterFailed", "");
  if (inputs.pilot === PILOT_E) return fault("EVCommunicationError", "PilotE", "");
  if (inputs.pilot >= PILOT_F || inputs.pilot < 0) return fault("EVCommunicationError", "PilotF", "");
  return undefined;
}

/**
 * May the contactor be asked to close? Only with a car that asks for power, a grant, an offer the car may use, and no
 * fault of any kind. Everything else opens it.
 */
export function mayClose(wantsPower: boolean, granted: boolean, offerMa: number, healthy: boolean): boolean {
  return wantsPower && granted && offerMa >= MIN_CURRENT_MA && healthy;
}
