import type { z } from "zod";
import type { CallSchema } from "./types";
import { cancelReservation } from "./cancel-reservation";
import { certificateSigned } from "./certificate-signed";
import { changeAvailability } from "./change-availability";
import { changeConfiguration } from "./change-configuration";
import { clearCache } from "./clear-cache";
import { clearChargingProfile } from "./clear-charging-profile";
import { deleteCertificate } from "./delete-certificate";
import { extendedTriggerMessage } from "./extended-trigger-message";
import { getCompositeSchedule } from "./get-composite-schedule";
import { getConfiguration } from "./get-configuration";
import { getDiagnostics } from "./get-diagnostics";
import { getInstalledCertificateIds } from "./get-installed-certificate-ids";
import { getLocalListVersion } from "./get-local-list-version";
import { getLog } from "./get-log";
import { installCertificate } from "./install-certificate";
import { remoteStartTransaction } from "./remote-start-transaction";
import { remoteStopTransaction } from "./remote-stop-transaction";
import { reserveNow } from "./reserve-now";
import { reset } from "./reset";
import { sendLocalList } from "./send-local-list";
import { setChargingProfile } from "./set-charging-profile";
import { signedUpdateFirmware } from "./signed-update-firmware";
import { triggerMessage } from "./trigger-message";
import { unlockConnector } from "./unlock-connector";
import { updateFirmware } from "./update-firmware";
import { sendDataTransfer } from "./send-data-transfer";

/** Every call that the hub may send to a charger: OCPP 1.6 chapter 5 and the Security whitepaper. */
export const calls = {
  CancelReservation: cancelReservation,
  CertificateSigned: certificateSigned,
  ChangeAvailability: changeAvailability,
  ChangeConfiguration: changeConfiguration,
  ClearCache: clearCache,
  ClearChargingProfile: clearChargingProfile,
  DeleteCertificate: deleteCertificate,
  ExtendedTriggerMessage: extendedTriggerMessage,
  GetCompositeSchedule: getCompositeSchedule,
  GetConfiguration: getConfiguration,
  GetDiagnostics: getDiagnostics,
  GetInstalledCertificateIds: getInstalledCertificateIds,
  GetLocalListVersion: getLocalListVersion,
  GetLog: getLog,
  InstallCertificate: installCertificate,
  RemoteStartTransaction: remoteStartTransaction,
  RemoteStopTransaction: remoteStopTransaction,
  ReserveNow: reserveNow,
  Reset: reset,
  SendLocalList: sendLocalList,
  SetChargingProfile: setChargingProfile,
  SignedUpdateFirmware: signedUpdateFirmware,
  TriggerMessage: triggerMessage,
  UnlockConnector: unlockConnector,
  UpdateFirmware: updateFirmware,
  DataTransfer: sendDataTransfer,
} satisfies Record<string, CallSchema>;

export type CallAction = keyof typeof calls;
/** What `gateway.call` takes. */
export type CallRequest<A extends CallAction> = z.input<(typeof calls)[A]["request"]>;
/** What the charger answered, as far as we understand it. */
export type CallResponse<A extends CallAction> = z.output<(typeof calls)[A]["response"]>;

export function isCallAction(action: string): action is CallAction {
  return Object.hasOwn(calls, action);
}
