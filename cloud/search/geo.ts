/** Places on the globe, taken as a sphere, in degrees and metres. */

export interface Point {
  lat: number;
  lng: number;
}

/** A rectangle of a map. One that crosses the antimeridian has its west east of its east. */
export interface Box {
  south: number;
  west: number;
  north: number;
  east: number;
}

/** IUGG mean radius. */
const RADIUS_M = 6_371_009;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Great-circle distance in metres (haversine). */
export function distanceM(a: Point, b: Point): number {
  const dLat = radians(b.lat - a.lat);
  const dLng = radians(b.lng - a.lng);
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(dLng / 2) ** 2;
  return 2 * RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The rectangle around a circle; near a pole it goes all the way round. */
export function boxAround({ lat, lng }: Point, radiusM: number): Box {
  const reach = (radiusM / RADIUS_M) * (180 / Math.PI);
  const [south, north] = [Math.max(-90, lat - reach), Math.min(90, lat + reach)];
  const ratio = Math.sin(radians(reach)) / Math.cos(radians(lat));
  if (south === -90 || north === 90 || ratio >= 1) return { south, north, west: -180, east: 180 };
  const width = (Math.asin(ratio) * 180) / Math.PI;
  return { south, north, west: wrap(lng - width), east: wrap(lng + width) };
}

export function middleOf({ south, west, north, east }: Box): Point {
  const width = east >= west ? east - west : east - west + 360;
  return { lat: (south + north) / 2, lng: wrap(west + width / 2) };
}

/** Longitudes of a box, in one range or two. */
export function longitudesOf({ west, east }: Box): [from: number, to: number][] {
  return west <= east
    ? [[west, east]]
    : [
        [west, 180],
        [-180, east],
      ];
}

/** Bands of latitude that a box touches: twentieths of a degree, as `place_connectors.band`. */
export function bandsOf({ south, north }: Box): number[] {
  const [first, last] = [Math.floor(south * 20), Math.floor(north * 20)];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function wrap(lng: number): number {
  if (lng > 180) return lng - 360;
  return lng < -180 ? lng + 360 : lng;
}
