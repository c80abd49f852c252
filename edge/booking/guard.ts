import { normaliseIdTag } from "../../shared/ocpp";
import type { HubState } from "../state/state";
import { connectorKey, saleOn } from "./state";

/**
 * Whether a connector is kept for somebody else than the holder of this tag (OCPP 1.6 section 5.13): it waits for a booking's driver, or his start is under
 * way. Then the tag is refused, and the reservation stays.
 */
export function isKeptFromTag(
  state: Readonly<HubState>,
  place: { cpId: string; connectorId: number },
  idTag: string,
): boolean {
  if (!state.booking) return false;
  const key = connectorKey(place);
  const { book, bindings } = state.booking;
  const tag = normaliseIdTag(idTag);
  const binding = bindings[key];
  if (binding) return normaliseIdTag(binding.idTag) !== tag;
  if (saleOn(book, key, ["admitted"]) === null) return false;
  const starting = Object.values(state.startRequests).filter(
    ({ cpId, connectorId, failed }) => cpId === place.cpId && connectorId === place.connectorId && !failed,
  );
  return !starting.some((request) => normaliseIdTag(request.idTag) === tag);
}
