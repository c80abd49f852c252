import type { Words } from "./words";

/** OCPP 1.6 ChargePointErrorCode (section 7.6) and Reason (section 7.36) in plain words. */

const faults = [
  "ConnectorLockFailure",
  "EVCommunicationError",
  "GroundFailure",
  "HighTemperature",
  "InternalError",
  "LocalListConflict",
  "NoError",
  "OverCurrentFailure",
  "OverVoltage",
  "PowerMeterFailure",
  "PowerSwitchFailure",
  "ReaderFailure",
  "ResetFailure",
  "UnderVoltage",
  "WeakSignal",
] as const;
const reasons = [
  "DeAuthorized",
  "EmergencyStop",
  "EVDisconnected",
  "HardReset",
  "Local",
  "PowerLoss",
  "Reboot",
  "Remote",
  "SoftReset",
  "UnlockCommand",
] as const;

/** What a charger's error code means; a code of its maker's own is a fault of another kind. */
export function faultText(errorCode: string, { t }: Words): string {
  const known = faults.find((fault) => fault === errorCode);
  return t(known ? `fault${known}` : "faultOtherError");
}

/** Why a session ended. */
export function reasonText(reason: string, { t }: Words): string {
  const known = reasons.find((each) => each === reason);
  return t(known ? `reason${known}` : "reasonOther");
}
