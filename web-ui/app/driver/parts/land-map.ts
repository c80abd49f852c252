import "leaflet/dist/leaflet.css";
import { Control, DivIcon, Map as LeafletMap, Marker, Polygon } from "leaflet/dist/leaflet-src.esm.js";
import { cities } from "../cities";
import { cornersOf } from "../shapes";

/** A map in a box without anybody else's tiles: the shapes of countries, cut at build time, and the names of cities. */
export function landMap(box: HTMLElement): LeafletMap {
  const made = new LeafletMap(box, {
    attributionControl: false,
    maxBounds: [
      [-85, -200],
      [85, 200],
    ],
    minZoom: 3,
    maxZoom: 14,
    zoomAnimation: false,
    fadeAnimation: false,
  });
  let gone = false;
  made.on("unload", () => (gone = true));
  // The land is a file of its own: pins need not wait for it.
  void import("virtual:map-shapes").then(({ default: shapes }) => {
    if (gone) return;
    for (const [kind, land] of Object.entries(shapes)) {
      new Polygon(
        cornersOf(land).map((ring) => [ring]),
        { className: `land land-${kind}`, interactive: false, weight: 1 },
      ).addTo(made);
    }
  });
  for (const [name, lat, lng] of cities) {
    const icon = new DivIcon({ className: "town", html: name, iconSize: [0, 0] });
    new Marker([lat, lng], { icon, interactive: false, keyboard: false }).addTo(made);
  }
  new Control.Scale({ imperial: false }).addTo(made);
  return made;
}
