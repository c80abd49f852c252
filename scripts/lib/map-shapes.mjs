import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { feature } from "topojson-client";

const require = createRequire(import.meta.url);

/** Countries that are drawn one by one (Natural Earth 1:50m), by ISO 3166 number; the rest of the world is land at 1:110m. */
const near = new Set("040 056 203 208 250 276 380 438 442 528 616 703 705 756 826 348 191".split(" "));
/** A part of a country smaller than this many points is left out. */
const leastPoints = 6;

/**
 * The land of the world, small enough to send along: rings as whole numbers, `[x, y, dx, dy, ...]`, in `1 / scale` degrees of longitude and latitude.
 * Natural Earth (public domain) by world-atlas.
 */
export function mapShapes() {
  const read = (name, object) => {
    const topology = JSON.parse(readFileSync(require.resolve(`world-atlas/${name}.json`), "utf8"));
    return feature(topology, topology.objects[object]).features;
  };
  const land = read("land-110m", "land").flatMap(({ geometry }) => ringsOf(geometry));
  const countries = read("countries-50m", "countries").filter(({ id }) => near.has(id));
  return {
    land: packed(land, 10),
    countries: packed(
      countries.flatMap(({ geometry }) => ringsOf(geometry)),
      50,
    ),
  };
}

function ringsOf(geometry) {
  return (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).flat();
}

function packed(rings, scale) {
  const packedRings = rings.flatMap((ring) => {
    const points = ring.map((point) => point.map((degrees) => Math.round(degrees * scale)));
    const kept = points.filter(
      ([x, y], index) => index === 0 || x !== points[index - 1][0] || y !== points[index - 1][1],
    );
    if (kept.length < leastPoints) return [];
    return [kept.flatMap(([x, y], index) => (index === 0 ? [x, y] : [x - kept[index - 1][0], y - kept[index - 1][1]]))];
  });
  return { scale, rings: packedRings };
}

/** Gives the shapes to the pages as the module `virtual:map-shapes`. */
export const mapShapesPlugin = {
  name: "map-shapes",
  resolveId: (id) => (id === "virtual:map-shapes" ? "\0map-shapes" : null),
  load: (id) => (id === "\0map-shapes" ? `export default JSON.parse('${JSON.stringify(mapShapes())}')` : null),
};
