import { expect, it } from "vitest";
import { Decider } from "../testing/handle";

it("tells the hub's time in UTC, and nothing happens", () => {
  const { reply, events } = new Decider().handle("Heartbeat", { anything: 1 });
  expect([reply, events]).toEqual([{ currentTime: "2026-11-21T12:00:00.000Z" }, []]);
});
