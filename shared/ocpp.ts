/** OCPP 1.6 vocabulary that hub, cloud and pages share, in the standard's own spelling. No zod here: pages import it. */

/** Connector states (OCPP 1.6 section 7.7). */
export const connectorStatuses = [
  "Available",
  "Preparing",
  "Charging",
  "SuspendedEV",
  "SuspendedEVSE",
  "Finishing",
  "Reserved",
  "Unavailable",
  "Faulted",
] as const;
export type ConnectorStatus = (typeof connectorStatuses)[number];

/** Answers to an idTag (OCPP 1.6 section 7.2). */
export const authorizationStatuses = ["Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx"] as const;
export type AuthorizationStatus = (typeof authorizationStatuses)[number];

/** What an owner may set for an idTag; `Expired` and `ConcurrentTx` follow from time and use. */
export const idTagStatuses = ["Accepted", "Blocked", "Invalid"] as const;
export type IdTagStatus = (typeof idTagStatuses)[number];

/** One value of a meter, as the charger gave it: `value` is kept to the letter (OCPP 1.6 section 7.43, SampledValue). */
export interface SampledValue {
  value: string;
  context?: string;
  format?: string;
  measurand?: string;
  phase?: string;
  location?: string;
  unit?: string;
}

/** The form in which idTags are compared and kept as keys: OCPP's CiString ignores case; spaces around are a typing slip. */
export function normaliseIdTag(idTag: string): string {
  return idTag.trim().toUpperCase();
}
