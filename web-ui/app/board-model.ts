import type { Board, BoardMessage } from "./types";

export type ChargePointState = Board["chargePoints"][number];
export type ConnectorState = ChargePointState["connectors"][number];

/** One tile of the board. */
export interface Tile {
  key: string;
  chargePoint: ChargePointState;
  connector: ConnectorState;
  mark: TileMark;
}

export type TileMark = "faulted" | "offline" | "out" | "busy" | "reserved" | "free";

/** Faults first, then what has no connection, what charges, and what waits. */
const ranks: Record<TileMark, number> = { faulted: 0, offline: 1, out: 2, busy: 3, reserved: 4, free: 5 };

/** How a connector is marked. Where the hub is away its chargers are not blamed: they keep what they last told. */
export function tileMark(chargePoint: ChargePointState, { status }: ConnectorState): TileMark {
  if (!chargePoint.online) return "offline";
  if (status === "Faulted") return "faulted";
  if (status === "Unavailable") return "out";
  if (status === "Reserved") return "reserved";
  return status === "Available" || status === null ? "free" : "busy";
}

/** The tiles of a board, what needs a hand first. Ties keep the order of charge points. */
export function tilesOf(board: Board): Tile[] {
  const tiles = board.chargePoints.flatMap((chargePoint) =>
    chargePoint.connectors.map((connector) => ({
      key: `${chargePoint.cpId}/${connector.connectorId}`,
      chargePoint,
      connector,
      mark: tileMark(chargePoint, connector),
    })),
  );
  return tiles.toSorted((a, b) => ranks[a.mark] - ranks[b.mark]);
}

/** The tiles in the order in which they are shown already; new ones follow at the end. Nothing moves under the pointer. */
export function inOrder(tiles: Tile[], keys: readonly string[]): Tile[] {
  const place = (tile: Tile) => {
    const index = keys.indexOf(tile.key);
    return index === -1 ? keys.length : index;
  };
  return tiles.toSorted((a, b) => place(a) - place(b));
}

/** How many tiles have each mark. */
export function counts(tiles: Tile[]): Record<TileMark, number> {
  const sums: Record<TileMark, number> = { faulted: 0, offline: 0, out: 0, busy: 0, reserved: 0, free: 0 };
  for (const { mark } of tiles) sums[mark]++;
  return sums;
}

/** The board after a live message. */
export function applyBoard(board: Board | null, message: BoardMessage): Board | null {
  if (message.kind === "board") return message.board;
  if (!board) return null;
  const changed = new Map(message.chargePoints.map((each) => [each.cpId, each]));
  const kept = board.chargePoints
    .filter(({ cpId }) => !message.removed.includes(cpId))
    .map((each) => changed.get(each.cpId) ?? each);
  const known = new Set(kept.map(({ cpId }) => cpId));
  const added = message.chargePoints.filter(({ cpId }) => !known.has(cpId));
  const chargePoints = [...kept, ...added].toSorted((a, b) => (a.cpId < b.cpId ? -1 : 1));
  return { hub: message.hub === undefined ? board.hub : message.hub, chargePoints };
}
