import { profileFor } from "../load/profile";
import type { CallRequest } from "../ocpp/calls";
import type { HubState } from "../state/state";

type Profile = NonNullable<CallRequest<"RemoteStartTransaction">["chargingProfile"]>;

/**
 * The charging profile that a start brings along (OCPP 1.6 section 5.11), where the owner has set what the charge point may take. None where load
 * management shares a limit or chargers still hold one: a profile of the transaction, of which it does not know, would go before its own.
 */
export function startProfile(
  state: Readonly<HubState>,
  { cpId, connectorId }: { cpId: string; connectorId: number },
): Profile | null {
  const limitA = state.chargePoints[cpId]?.registration.maxCurrentA ?? null;
  const { settings, held } = state.load ?? {};
  if (limitA === null || (settings?.limit ?? null) !== null || Object.keys(held ?? {}).length > 0) return null;
  const way = { via: "tx", unit: "A", kind: "Relative" } as const;
  const of = { connectorId, register: "tx", limitA, way, phases: 3, stackLevel: 0, transactionId: null } as const;
  return profileFor(of).csChargingProfiles;
}
