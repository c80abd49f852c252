import { authorize } from "./authorize";
import { bootNotification } from "./boot-notification";
import { dataTransfer } from "./data-transfer";
import { diagnosticsStatusNotification } from "./diagnostics-status-notification";
import { firmwareStatusNotification } from "./firmware-status-notification";
import { heartbeat } from "./heartbeat";
import { logStatusNotification } from "./log-status-notification";
import { meterValues } from "./meter-values";
import type { Route } from "./route";
import { securityEventNotification } from "./security-event-notification";
import { signCertificate } from "./sign-certificate";
import { signedFirmwareStatusNotification } from "./signed-firmware-status-notification";
import { startTransaction } from "./start-transaction";
import { statusNotification } from "./status-notification";
import { stopTransaction } from "./stop-transaction";

/** What a charger may ask of the hub (OCPP 1.6 chapter 4 and the Security whitepaper). */
export const routes = {
  Authorize: authorize,
  BootNotification: bootNotification,
  DataTransfer: dataTransfer,
  DiagnosticsStatusNotification: diagnosticsStatusNotification,
  FirmwareStatusNotification: firmwareStatusNotification,
  Heartbeat: heartbeat,
  LogStatusNotification: logStatusNotification,
  MeterValues: meterValues,
  SecurityEventNotification: securityEventNotification,
  SignCertificate: signCertificate,
  SignedFirmwareStatusNotification: signedFirmwareStatusNotification,
  StartTransaction: startTransaction,
  StatusNotification: statusNotification,
  StopTransaction: stopTransaction,
} satisfies Record<string, unknown>;

/** The route of an action, or null. */
export function routeOf(action: string): Route | null {
  return Object.hasOwn(routes, action) ? (routes[action as keyof typeof routes] as unknown as Route) : null;
}
