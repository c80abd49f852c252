import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { validate, version } from "uuid";
import { createIds } from "./ids";

it("are UUIDs of version 7 that grow with each call, whatever the clock does", () => {
  let now = Date.parse("2026-11-21T12:00:00Z");
  const newId = createIds(() => now, randomBytes);
  const ids = Array.from({ length: 2000 }, (_, index) => {
    if (index % 7 === 0) now += index % 2 === 0 ? 1 : -500;
    return newId();
  });
  expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(Number.parseInt((ids[0] as string).replaceAll("-", "").slice(0, 12), 16)).toBe(
    Date.parse("2026-11-21T12:00:00Z") + 1,
  );
});

it("differ between hubs in the same millisecond", () => {
  const [one, two] = [createIds(() => 5, randomBytes), createIds(() => 5, randomBytes)];
  expect(one()).not.toBe(two());
});

it("draws its randomness in pieces", () => {
  let draws = 0;
  const newId = createIds(
    () => 5,
    (bytes) => {
      draws += 1;
      return randomBytes(bytes);
    },
  );
  for (let i = 0; i < 257; i += 1) newId();
  expect(draws).toBe(2);
});
