import type { ConnectorType } from "../../../shared/connector-types";
import type { Point } from "./cities";

/** What is looked for, as the address says it: a link to a search finds the same again. */
export interface SearchState extends Point {
  /** Kilometres around the point. */
  radius: number;
  /** Plugs; empty: any. */
  types: ConnectorType[];
  minPowerW: number;
  freeNow: boolean;
  sort: Sort;
  view: View;
}
/** `mine`: no search, but the places that share links have opened. */
export type View = "list" | "map" | "mine";
export type Sort = "distance" | "price" | "power" | "rating";

export const sorts: readonly Sort[] = ["distance", "price", "power", "rating"];
export const views: readonly View[] = ["list", "map", "mine"];
export const radii = [5, 10, 25, 50, 100] as const;
export const powers = [0, 11_000, 22_000, 50_000, 150_000] as const;
/** The plugs that cars of this decade have; the search knows more of them by their vehicle. */
export const plugs = ["IEC_62196_T2", "IEC_62196_T2_COMBO", "CHADEMO", "DOMESTIC_F"] as const satisfies ConnectorType[];

const defaults = { radius: 25, minPowerW: 0, sort: "distance", view: "list" } as const;

/** Reads a search out of an address's query; what is missing or damaged is as at the start. */
export function searchIn(query: Record<string, string>, start: Point): SearchState {
  const number = (name: string, low: number, high: number) => {
    const value = Number(query[name] ?? Number.NaN);
    return value >= low && value <= high ? value : null;
  };
  const [lat, lng] = [number("lat", -90, 90), number("lng", -180, 180)];
  const point = lat === null || lng === null ? start : { lat, lng };
  return {
    lat: point.lat,
    lng: point.lng,
    radius: radii.find((each) => each === number("radius", 1, 100)) ?? defaults.radius,
    types: plugs.filter((plug) => query["types"]?.split(",").includes(plug)),
    minPowerW: powers.find((each) => each === number("power", 0, 1e6)) ?? defaults.minPowerW,
    freeNow: query["free"] === "1",
    sort: sorts.find((sort) => sort === query["sort"]) ?? defaults.sort,
    view: views.find((view) => view === query["view"]) ?? defaults.view,
  };
}

/** The address of a search, without what is as at the start. */
export function addressOf({ lat, lng, radius, types, minPowerW, freeNow, sort, view }: SearchState): string {
  const query = new URLSearchParams({ lat: String(lat), lng: String(lng) });
  if (radius !== defaults.radius) query.set("radius", String(radius));
  if (types.length > 0) query.set("types", types.join(","));
  if (minPowerW > 0) query.set("power", String(minPowerW));
  if (freeNow) query.set("free", "1");
  if (sort !== defaults.sort) query.set("sort", sort);
  if (view !== defaults.view) query.set("view", view);
  return `/?${query}`;
}

/** The search as the API takes it; a map asks for all of its pins at once, a list for a page. */
export function queryOf(search: SearchState, cursor: string | null): URLSearchParams {
  const { lat, lng, radius, types, minPowerW, freeNow, sort, view } = search;
  const query = new URLSearchParams({ lat: String(lat), lng: String(lng), radiusKm: String(radius), sort });
  query.set("limit", view === "map" ? "100" : "20");
  if (types.length > 0) query.set("types", types.join(","));
  if (minPowerW > 0) query.set("minPowerW", String(minPowerW));
  if (freeNow) query.set("freeNow", "true");
  if (cursor) query.set("cursor", cursor);
  return query;
}

/** What can be given up, one at a time, where nothing fits: the narrowest first. */
export function relaxations(
  search: SearchState,
): { key: "relaxFree" | "relaxPower" | "relaxPlug" | "relaxRadius"; search: SearchState }[] {
  const wider = radii.find((radius) => radius > search.radius);
  return [
    ...(search.freeNow ? [{ key: "relaxFree" as const, search: { ...search, freeNow: false } }] : []),
    ...(search.minPowerW > 0 ? [{ key: "relaxPower" as const, search: { ...search, minPowerW: 0 } }] : []),
    ...(search.types.length > 0 ? [{ key: "relaxPlug" as const, search: { ...search, types: [] } }] : []),
    ...(wider ? [{ key: "relaxRadius" as const, search: { ...search, radius: wider } }] : []),
  ];
}
