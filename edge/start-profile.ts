import { profileFor } from "./load/profile";
import type { CallRequest } from "./ocpp/calls";
import type { HubState } from "./state/state";

type Profile = NonNullable<CallRequest<"RemoteStartTransaction">["chargingProfile"]>;

/**
 * The charging profile that a start brings along (OCPP 1.6 section 5.11), where the owner has set what the charge point may take. None where load
 * management has told the connector its limits: a profile of the transaction would go before them.
 */
export function startProfile(
  state: Readonly<HubState>,
  { cpId, connectorId }: { cpId: string; connectorId: number },
): Profile | null {
  const limitA = state.chargePoints[cpId]?.registration.maxCurrentA ?? null;
  if (limitA === null || state.load?.held[`${cpId}/${connectorId}`]) return null;
  const way = { via: "tx", unit: "A", kind: "Relative" } as const;
  const of = { connectorId, register: "tx", limitA, way, phases: 3, stackLevel: 0, transactionId: null } as const;
  return profileFor(of).csChargingProfiles;
}
