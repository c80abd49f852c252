import { describe, expect, it } from "vitest";
import { hardEnd, overstay } from "./overstay";
import { placeFor } from "./place";
import { MINUTE, at, connectors, hubBook, sale } from "./testing/books";

describe("Rule 9: a place for who arrives", () => {
  it("is a free connector, then the walk-ins', then a standby's, then a neighbour, then none", () => {
    const place = (...states: Parameters<typeof connectors>) => placeFor("AC", connectors(...states), false);
    expect(place("occupied", "free", "free")).toEqual({ kind: "connector", connector: "c2", ends: false });
    expect(place("occupied", "standby", "free")).toEqual({ kind: "connector", connector: "c3", ends: false });
    expect(place("out", "standby", "occupied")).toEqual({ kind: "connector", connector: "c2", ends: true });
    expect(place("occupied", "out")).toEqual({ kind: "full" });
    expect(placeFor("AC", connectors("occupied"), true)).toEqual({ kind: "neighbour" });
    expect(placeFor("DC", connectors("free"), false)).toEqual({ kind: "full" });
  });
});

describe("Rule 9: a car that has to go", () => {
  const use = { connector: "c1", at: "2026-11-02T08:00:00.000Z", by: "pass" } as const;
  const booked = sale(hubBook(), 4, 8, { stage: "started", use });

  it("goes at the end of its cells, later if nobody follows, a walk-in a little earlier", () => {
    expect(hardEnd(booked, 5, false)).toBe(at(8));
    expect(hardEnd(booked, 5, true)).toBe(at(8, 5));
    expect(hardEnd({ ...booked, use: { ...use, by: "walkIn" } }, 5, false)).toBe(at(8, -5));
    expect(hardEnd({ ...booked, use: null }, 5, false)).toBe(at(8));
  });

  it("is warned, gets no more current, and then pays for standing there", () => {
    const step = (minutes: number, ms = 0) => overstay(at(8), at(8, minutes) + ms, 10);
    expect(step(-10, -1)).toEqual({ step: "none" });
    expect(step(-10)).toEqual({ step: "warn" });
    expect(step(0)).toEqual({ step: "stop" });
    expect(step(10, -1)).toEqual({ step: "stop" });
    expect(step(10)).toEqual({ step: "idle", since: at(8) + 10 * MINUTE });
  });
});
