import { expect, it } from "vitest";
import { Bucket, Buckets, createRateLimits } from "./rate-limit";

it("a bucket gives its burst, then what fills it again, and never more than its burst", () => {
  const bucket = new Bucket({ burst: 2, perSecond: 1 }, 0);
  expect([bucket.allow(0), bucket.allow(0), bucket.allow(0)]).toEqual([true, true, false]);
  expect(bucket.allow(999)).toBe(false);
  expect(bucket.allow(1000)).toBe(true);
  expect([bucket.allow(60_000), bucket.allow(60_000), bucket.allow(60_000)]).toEqual([true, true, false]);
});

it("a bucket tells how long to wait for what it does not have", () => {
  const bucket = new Bucket({ burst: 10, perSecond: 5 }, 0);
  expect(bucket.take(10, 0)).toBe(0);
  expect(bucket.take(5, 0)).toBe(1000);
  expect(bucket.take(5, 1000)).toBe(1000);
});

it("a clock that jumps back does no harm", () => {
  const bucket = new Bucket({ burst: 1, perSecond: 1 }, 1e12);
  expect(bucket.allow(0)).toBe(true);
  expect(bucket.allow(0)).toBe(false);
  expect(bucket.allow(1000)).toBe(true);
});

it("the number of buckets is bounded: full ones go first, then the oldest", () => {
  const buckets = new Buckets({ burst: 1, perSecond: 1 }, 2);
  buckets.of("a", 0).allow(0);
  buckets.of("b", 0);
  buckets.of("c", 0).allow(0);
  expect(buckets.size).toBe(2);
  expect(buckets.of("a", 0).isEmpty(0)).toBe(true);
  buckets.of("d", 0).allow(0);
  expect(buckets.size).toBe(2);
  expect(buckets.of("a", 0).isEmpty(0)).toBe(false);
});

it("an address that guesses is refused for a while, others are not", () => {
  let now = 0;
  const limits = createRateLimits(() => now, true);
  for (let i = 0; i < 60; i += 1) limits.failure("10.0.0.9");
  expect(limits.connection("10.0.0.9", "CP1")).toBe(false);
  expect(limits.connection("10.0.0.8", "CP1")).toBe(true);
  now = 5000;
  expect(limits.connection("10.0.0.9", "CP1")).toBe(true);
});

it("one charger that connects in a loop does not keep its neighbours out", () => {
  const limits = createRateLimits(() => 0, true);
  for (let i = 0; i < 60; i += 1) expect(limits.connection("10.0.0.9", "CP1")).toBe(true);
  expect(limits.connection("10.0.0.9", "CP1")).toBe(false);
  expect(limits.connection("10.0.0.9", "CP2")).toBe(true);
});

it("messages wait when they are too many or too long", () => {
  const limits = createRateLimits(() => 0, true);
  const many = limits.messages("CP1");
  for (let i = 0; i < 1000; i += 1) expect(many(100)).toBe(0);
  expect(many(100)).toBe(10);
  expect(limits.messages("CP1")(100)).toBe(20);
  expect(limits.messages("CP2")(16_500_000)).toBe(1000);
});

it("can be switched off", () => {
  const limits = createRateLimits(() => 0, false);
  const wait = limits.messages("CP1");
  for (let i = 0; i < 2000; i += 1) {
    limits.failure("a");
    expect(limits.connection("a", "CP1")).toBe(true);
    expect(wait(1e9)).toBe(0);
  }
});
