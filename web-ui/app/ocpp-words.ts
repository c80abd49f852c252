import { faultKey } from "../common/faults";
import type { Words } from "./words";

/** OCPP 1.6 ChargePointErrorCode (section 7.6) and Reason (section 7.36) in plain words. */

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
  return t(faultKey(errorCode));
}

/** Why a session ended. */
export function reasonText(reason: string, { t }: Words): string {
  const known = reasons.find((each) => each === reason);
  return t(known ? `reason${known}` : "reasonOther");
}
