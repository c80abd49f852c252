import { expect, it } from "vitest";
import { OpenStreams } from "./sse";

it("so many streams are open of one, and so many of all; who leaves makes room", () => {
  const streams = new OpenStreams(2, 3);
  const leave = streams.enter("a");
  streams.enter("a");
  expect(() => streams.enter("a")).toThrow("Too many open streams.");
  streams.enter("b");
  expect(() => streams.enter("c")).toThrow("Too many open streams.");
  leave();
  streams.enter("a")();
  streams.enter("c");
  expect(() => streams.enter("b")).toThrow("Too many open streams.");
});
