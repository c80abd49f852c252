import { AppError } from "../../shared/error";
import type { ConnectorRow } from "./places";
import type { ListingState, PlaceTable } from "./tables";

/** The way of a site onto the list that strangers search: its owner submits it, an admin approves or refuses it, and its owner may take it away again. */

export const ownerActions = ["submit", "withdraw", "retire"] as const;
export const decisions = ["approve", "refuse"] as const;
type ListingAction = (typeof ownerActions)[number] | (typeof decisions)[number];

const ways: Record<ListingAction, { from: ListingState[]; to: ListingState }> = {
  submit: { from: ["draft", "refused", "retired"], to: "submitted" },
  withdraw: { from: ["submitted"], to: "draft" },
  retire: { from: ["draft", "submitted", "approved", "refused"], to: "retired" },
  approve: { from: ["submitted"], to: "approved" },
  refuse: { from: ["submitted", "approved"], to: "refused" },
};

/** The state after an action. Throws AppError `wrong_state` (409) where it is not the action's turn. */
export function nextState(state: ListingState, action: ListingAction): ListingState {
  const { from, to } = ways[action];
  if (from.includes(state)) return to;
  throw new AppError("wrong_state", `A listing that is ${state} cannot be changed so.`, {
    status: 409,
    details: { state },
  });
}

/** Refuses to submit what an admin could not judge and a driver not find. Throws AppError `incomplete` (409) that says what is missing. */
export function requireComplete(
  place: Pick<PlaceTable, "street" | "city">,
  connectors: readonly Pick<ConnectorRow, "type" | "power_w">[],
): void {
  const missing = [
    ...(place.street === "" ? ["street"] : []),
    ...(place.city === "" ? ["city"] : []),
    ...(connectors.some(({ type, power_w }) => type !== null && power_w !== null)
      ? []
      : ["a connector with type and power"]),
  ];
  if (missing.length === 0) return;
  throw new AppError("incomplete", `Still missing: ${missing.join(", ")}.`, { status: 409, details: { missing } });
}
