import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Box, Point } from "./geo";
import { bandsOf, boxAround, distanceM, longitudesOf, middleOf } from "./geo";

const munich = { lat: 48.137, lng: 11.575 };
const berlin = { lat: 52.52, lng: 13.405 };
const inside = ({ lat, lng }: Point, box: Box) =>
  lat >= box.south && lat <= box.north && longitudesOf(box).some(([from, to]) => lng >= from && lng <= to);

describe("distance", () => {
  it("is that of the great circle", () => {
    expect(distanceM(munich, berlin)).toBeCloseTo(504_400, -3);
    expect(distanceM(munich, munich)).toBe(0);
    expect(distanceM({ lat: 0, lng: 179.9 }, { lat: 0, lng: -179.9 })).toBeCloseTo(22_239, -1);
    expect(distanceM({ lat: 90, lng: 0 }, { lat: -90, lng: 77 })).toBeCloseTo(Math.PI * 6_371_009, 0);
  });
});

describe("the box around a circle", () => {
  it("holds every point of it", () => {
    const point = fc.record({
      lat: fc.double({ min: -90, max: 90, noNaN: true }),
      lng: fc.double({ min: -180, max: 180, noNaN: true }),
    });
    const step = fc.double({ min: -1.2, max: 1.2, noNaN: true });
    fc.assert(
      fc.property(point, fc.integer({ min: 100, max: 100_000 }), step, step, (centre, radius, dLat, dLng) => {
        const lat = Math.max(-90, Math.min(90, centre.lat + dLat));
        const turned = centre.lng + dLng / Math.max(0.01, Math.cos((lat * Math.PI) / 180));
        const other = { lat, lng: ((((turned + 180) % 360) + 360) % 360) - 180 };
        if (distanceM(centre, other) < radius * 0.999_999) expect(inside(other, boxAround(centre, radius))).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(boxAround({ lat: 89.95, lng: 0 }, 20_000)).toMatchObject({ west: -180, east: 180, north: 90 });
  });

  it("may cross the antimeridian, either way", () => {
    expect(longitudesOf(boxAround({ lat: 0, lng: 179.99 }, 10_000))).toHaveLength(2);
    expect(longitudesOf(boxAround({ lat: 0, lng: -179.99 }, 10_000))).toHaveLength(2);
    expect(middleOf({ south: -1, north: 1, west: 179, east: -179 })).toEqual({ lat: 0, lng: 180 });
    expect(middleOf({ south: 10, north: 20, west: 10, east: 20 })).toEqual({ lat: 15, lng: 15 });
  });
});

it("bands are twentieths of a degree, both ends included", () => {
  expect(bandsOf({ south: 48.01, north: 48.11, west: 0, east: 0 })).toEqual([960, 961, 962]);
  expect(bandsOf({ south: -0.01, north: 0.01, west: 0, east: 0 })).toEqual([-1, 0]);
});
