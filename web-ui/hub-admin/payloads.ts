/** What the console can send (OCPP 1.6 chapter 5 and the Security whitepaper), each with a payload to begin from. */
export const payloads = {
  TriggerMessage: { requestedMessage: "StatusNotification", connectorId: 1 },
  GetConfiguration: {},
  ChangeConfiguration: { key: "HeartbeatInterval", value: "60" },
  UnlockConnector: { connectorId: 1 },
  Reset: { type: "Soft" },
  ChangeAvailability: { connectorId: 1, type: "Inoperative" },
  RemoteStartTransaction: { connectorId: 1, idTag: "TEST" },
  RemoteStopTransaction: { transactionId: 1 },
  ClearCache: {},
  ClearChargingProfile: {},
  GetCompositeSchedule: { connectorId: 1, duration: 3600, chargingRateUnit: "A" },
  GetLocalListVersion: {},
  SetChargingProfile: {
    connectorId: 1,
    csChargingProfiles: {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Absolute",
      chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] },
    },
  },
  DataTransfer: { vendorId: "org.example", messageId: "hello", data: "" },
  ExtendedTriggerMessage: { requestedMessage: "BootNotification" },
  GetInstalledCertificateIds: { certificateType: "CentralSystemRootCertificate" },
} as const;

export type ConsoleAction = keyof typeof payloads;
export const consoleActions = Object.keys(payloads) as ConsoleAction[];

/** A payload as text to edit. */
export function payloadText(action: ConsoleAction): string {
  return JSON.stringify(payloads[action], null, 2);
}

/** The payload that somebody typed; null: it is no JSON object. */
export function readPayload(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = text.trim() === "" ? {} : JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
