import { expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock";
import { createHttpLimits } from "./limits";

it("lets an address tap and guess only so often, and others undisturbed", async () => {
  const clock = new ManualClock();
  const { page, guess } = createHttpLimits(clock, true);
  expect(Array.from({ length: 25 }, () => page("a")).filter(Boolean)).toHaveLength(20);
  expect(page("b")).toBe(true);
  for (let count = 0; count < 10; count += 1) {
    expect(guess.blocked("a")).toBe(false);
    guess.failed("a");
  }
  expect([guess.blocked("a"), guess.blocked("b")]).toEqual([true, false]);
  await clock.advance(60_000);
  expect([page("a"), guess.blocked("a")]).toEqual([true, false]);
});

it("has none where they are off", () => {
  const { page, guess } = createHttpLimits(new ManualClock(), false);
  for (let count = 0; count < 100; count += 1) guess.failed("a");
  expect(Array.from({ length: 100 }, () => page("a")).every(Boolean)).toBe(true);
  expect(guess.blocked("a")).toBe(false);
});
