/** Rule 9: where an arriving car goes. Seats are virtual; connectors are what is bolted to the wall. */

/** A physical connector as the hub sees it now. `standby`: its car leaves with notice. `keptForWalkIns`: used by bookings only when nothing else is free. */
export interface Connector {
  id: string;
  class: string;
  state: "free" | "standby" | "occupied" | "out";
  keptForWalkIns: boolean;
}

/** Where it goes. `ends`: the standby there gets notice. */
type Place = { kind: "connector"; connector: string; ends: boolean } | { kind: "neighbour" } | { kind: "full" };

/**
 * Rule 9: a place for a pass whose seat may be blocked by a car that stayed: any free compatible connector, the one kept for walk-ins, one where a
 * standby has to leave, a neighbour site, else none: then the driver may wait, or take `FULL` with compensation.
 */
export function placeFor(kind: string, connectors: readonly Connector[], neighbour: boolean): Place {
  const compatible = connectors.filter((each) => each.class === kind);
  const free = compatible.filter(({ state }) => state === "free");
  const found =
    free.find(({ keptForWalkIns }) => !keptForWalkIns) ??
    free[0] ??
    compatible.find(({ state }) => state === "standby");
  if (found) return { kind: "connector", connector: found.id, ends: found.state === "standby" };
  return { kind: neighbour ? "neighbour" : "full" };
}
