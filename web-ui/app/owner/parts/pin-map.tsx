import { DivIcon, Marker } from "leaflet/dist/leaflet-src.esm.js";
import type { Map as LeafletMap } from "leaflet";
import { useEffect, useRef } from "preact/hooks";
import { landMap } from "../../driver/parts/land-map";
import { ownerTexts } from "../words";

interface Point {
  lat: number;
  lng: number;
}

/** The map of the search with one pin, which can be dragged, or set by a click. The field beside it takes the same by keyboard. */
export default function PinMap({ point, onPick }: { point: Point | null; onPick: (point: Point) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const map = useRef<LeafletMap | null>(null);
  const pin = useRef<Marker | null>(null);

  useEffect(() => {
    const made = landMap(box.current as HTMLDivElement);
    made.setView([50.5, 10], 5);
    made.on("click", ({ latlng }: { latlng: Point }) => onPick({ lat: latlng.lat, lng: latlng.lng }));
    map.current = made;
    return () => {
      made.remove();
      map.current = null;
      pin.current = null;
    };
  }, []);

  useEffect(() => {
    const made = map.current;
    if (!made || !point) return;
    if (!pin.current) {
      const icon = new DivIcon({ className: "pin pin-free", html: "<span>\u2022</span>", iconSize: [36, 36] });
      pin.current = new Marker(point, { icon, draggable: true, keyboard: false, interactive: true });
      pin.current.addTo(made);
      pin.current.on("dragend", ({ target }: { target: Marker }) => onPick(target.getLatLng()));
      made.setView(point, 11, { animate: false });
    }
    pin.current.setLatLng(point);
    if (!made.getBounds().contains(point)) made.setView(point, 11, { animate: false });
  }, [point?.lat, point?.lng]);

  return <div class="map" ref={box} role="region" aria-label={ownerTexts.t()("mapLabel")} />;
}
