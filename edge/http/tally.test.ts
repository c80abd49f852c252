import { expect, it } from "vitest";
import { tally } from "./tally";

it("counts who is here, in all and by key, and each leaving once", () => {
  const streams = tally();
  const [a, b] = [streams.enter("x"), streams.enter("x")];
  streams.enter("y");
  expect([streams.all(), streams.of("x"), streams.of("y"), streams.of("z")]).toEqual([3, 2, 1, 0]);
  a();
  a();
  expect([streams.all(), streams.of("x")]).toEqual([2, 1]);
  b();
  expect([streams.all(), streams.of("x")]).toEqual([1, 0]);
});
