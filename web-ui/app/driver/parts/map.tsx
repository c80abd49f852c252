import type { Map as LeafletMap } from "leaflet";
import { DivIcon, Marker } from "leaflet/dist/leaflet-src.esm.js";
import { useLocation } from "preact-iso";
import { useEffect, useRef } from "preact/hooks";
import type { SearchState } from "../search-model";
import type { FoundPlace } from "../types";
import type { DriverT } from "../words";
import { landMap } from "./land-map";
import { freeOf, stateOf } from "./results";

interface MapProps {
  search: SearchState;
  places: FoundPlace[];
  t: DriverT;
  /** The map was moved by hand: where its middle is now. */
  onMoved: (lat: number, lng: number) => void;
}

/** A map without anybody else's tiles: the shapes of countries, cut at build time, and a pin for each place. */
export default function PlaceMap({ search, places, t, onMoved }: MapProps) {
  const { route } = useLocation();
  const box = useRef<HTMLDivElement>(null);
  const map = useRef<LeafletMap | null>(null);
  const pins = useRef<Marker[]>([]);

  useEffect(() => {
    const made = landMap(box.current as HTMLDivElement);
    made.on("dragend", () => {
      const { lat, lng } = made.getCenter();
      onMoved(Math.round(lat * 1000) / 1000, Math.round(lng * 1000) / 1000);
    });
    map.current = made;
    return () => {
      made.remove();
      map.current = null;
    };
  }, []);

  useEffect(() => {
    const degrees = search.radius / 111;
    const wide = degrees / Math.cos((search.lat * Math.PI) / 180);
    map.current?.fitBounds(
      [
        [search.lat - degrees, search.lng - wide],
        [search.lat + degrees, search.lng + wide],
      ],
      { animate: false },
    );
  }, [search.lat, search.lng, search.radius]);

  useEffect(() => {
    for (const pin of pins.current) pin.remove();
    pins.current = places.map((place) => {
      const { mark, text } = stateOf(place, t);
      const { free } = freeOf(place);
      const icon = new DivIcon({
        className: `pin pin-${mark}`,
        html: `<span>${mark === "free" || mark === "busy" ? free : "?"}</span>`,
        iconSize: [36, 36],
      });
      const pin = new Marker([place.lat, place.lng], {
        icon,
        title: `${place.name}: ${text}`,
        alt: `${place.name}: ${text}`,
      });
      const open = () => route(`/places/${place.siteId}`);
      pin.on("click", open);
      pin.on("keypress", ({ originalEvent }) => {
        if (originalEvent.key === "Enter") open();
      });
      if (map.current) pin.addTo(map.current);
      pin.getElement()?.setAttribute("aria-label", `${place.name}: ${text}`);
      return pin;
    });
  }, [places]);

  return <div class="map" ref={box} role="region" aria-label={t("mapLabel")} />;
}
