import type { ConnectorType } from "../../shared/connector-types";
import type { Access } from "../sites/tables";
import type { Box, Point } from "./geo";

/** What a driver looks for, in the terms of the search. Times are epoch ms. */
export interface Search {
  box: Box;
  /** From which distances count; with `radiusM` also how far they go. */
  from: Point;
  radiusM: number | null;
  types: readonly ConnectorType[];
  minPowerW: number;
  accesses: readonly Access[];
  minRating: number;
  /** Only connectors that a car can be plugged into right now. */
  freeNow: boolean;
  /** Only connectors that can be reserved for this time. */
  window: { fromMs: number; toMs: number } | null;
  /** Only sites that are open then. */
  openAt: number | null;
  stay: Stay;
  sort: "distance" | "price" | "power" | "rating";
}

/** What a price is asked for. */
export interface Stay {
  startMs: number;
  energyWh: number;
  minutes: number;
}

/** A place that fits as far as the database can say. */
export interface Candidate {
  siteId: string;
  point: Point;
  distanceM: number;
  /** The strongest of the connectors that fit. */
  powerW: number;
  /** Connectors that fit. */
  fitting: number;
  rating: { sum: number; count: number };
  timeZone: string;
  currency: string;
  /** Tariffs of the connectors that fit; null: free of charge. */
  tariffIds: (string | null)[];
  /** Those of them that there are, as they hold when the stay starts: each a version, a space and its id. */
  tariffs: string[];
}
