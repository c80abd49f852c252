/// <reference types="vite/client" />

/** The land of the world, cut at build time (scripts/lib/map-shapes.mjs). */
declare module "virtual:map-shapes" {
  const shapes: Record<"land" | "countries", import("./app/driver/shapes").Shapes>;
  export default shapes;
}
declare module "leaflet/dist/leaflet-src.esm.js" {
  export * from "leaflet";
}
/** The bytecode of the charger's program (scripts/lib/build-device.mjs): where the page finds it. */
declare module "*.devs?url" {
  const url: string;
  export default url;
}
