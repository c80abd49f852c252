import { expect, it } from "vitest";
import type { HubEvent } from "../../shared/events";
import { Decider } from "../testing/handle";
import { keptIdTag } from "./authorise";

const tag = (idTag: string, more: object = {}): HubEvent => ({
  type: "idTag.set",
  data: { idTag, status: "Accepted", expiryDate: null, parentIdTag: null, ...more },
});
const requested = (requestId: string, idTag: string): HubEvent => ({
  type: "start.requested",
  data: { requestId, cpId: "CP1", connectorId: 1, idTag },
  local: { secretHash: "x" },
});
const failed = (requestId: string): HubEvent => ({
  type: "start.failed",
  data: { requestId, cpId: "CP1", connectorId: 1, reason: "no_answer" },
});
const ask = (hub: Decider, idTag: string, cpId = "CP1") =>
  hub.handle("Authorize", { idTag }, cpId).reply as { idTagInfo: unknown };

it.each([
  ["FINE", { status: "Accepted" }],
  ["  fine ", { status: "Accepted" }],
  ["CHILD", { status: "Accepted", parentIdTag: "FAMILY" }],
  ["SOON", { status: "Accepted", expiryDate: "2026-11-22T00:00:00.000Z" }],
  ["OLD", { status: "Expired", expiryDate: "2026-11-21T12:00:00.000Z" }],
  ["STOLEN", { status: "Blocked", expiryDate: "2026-11-01T00:00:00.000Z" }],
  ["BAD", { status: "Invalid" }],
  ["NOBODY", { status: "Invalid" }],
  ["", { status: "Invalid" }],
  ["constructor", { status: "Invalid" }],
  ["FINE".repeat(6), { status: "Invalid" }],
])("%s is %j", (idTag, info) => {
  const hub = new Decider(
    tag("Fine"),
    tag("CHILD", { parentIdTag: "FAMILY" }),
    tag("SOON", { expiryDate: "2026-11-22T00:00:00Z" }),
    tag("OLD", { expiryDate: "2026-11-21T12:00:00Z" }),
    tag("STOLEN", { status: "Blocked", expiryDate: "2026-11-01T00:00:00Z" }),
    tag("BAD", { status: "Invalid" }),
  );
  expect(ask(hub, idTag).idTagInfo).toEqual(info);
});

it("a tag is no better than its parent, where the list holds that", () => {
  const hub = new Decider(
    tag("FIRM", { status: "Blocked" }),
    tag("GUESTS", { expiryDate: "2026-11-21T11:00:00Z" }),
    tag("CHILD", { parentIdTag: "firm" }),
    tag("GUEST", { parentIdTag: "GUESTS" }),
    tag("STOLEN", { status: "Invalid", parentIdTag: "FIRM" }),
  );
  expect(ask(hub, "CHILD").idTagInfo).toEqual({ status: "Blocked", parentIdTag: "firm" });
  expect(ask(hub, "GUEST").idTagInfo).toEqual({ status: "Expired", parentIdTag: "GUESTS" });
  expect(ask(hub, "STOLEN").idTagInfo).toMatchObject({ status: "Invalid" });
  hub.apply([tag("FIRM")]);
  expect(ask(hub, "CHILD").idTagInfo).toMatchObject({ status: "Accepted" });
});

it("a tag that was minted for a start is good at that charger, until the start is given up", () => {
  const hub = new Decider(requested("r1", "MINTED"));
  expect(ask(hub, "minted").idTagInfo).toEqual({ status: "Accepted" });
  expect(ask(hub, "MINTED", "CP2").idTagInfo).toEqual({ status: "Invalid" });
  hub.apply([failed("r1")]);
  expect(ask(hub, "MINTED").idTagInfo).toEqual({ status: "Invalid" });
  hub.apply([requested("r2", "MINTED")]);
  expect(ask(hub, "MINTED").idTagInfo).toEqual({ status: "Accepted" });
});

it("where strangers are welcome, a tag that nobody knows is good, one that is blocked is not", () => {
  const hub = new Decider(tag("STOLEN", { status: "Blocked" }));
  hub.settings = { ...hub.settings, acceptUnknown: true };
  expect(ask(hub, "NOBODY").idTagInfo).toEqual({ status: "Accepted" });
  expect(ask(hub, "STOLEN").idTagInfo).toEqual({ status: "Blocked" });
  expect(ask(hub, "x".repeat(21)).idTagInfo).toEqual({ status: "Invalid" });
});

it("an idTag is kept trimmed, with at most 20 characters, and never empty", () => {
  expect([keptIdTag(" A "), keptIdTag("x".repeat(30)), keptIdTag("  "), keptIdTag(null)]).toEqual([
    "A",
    "x".repeat(20),
    "UNKNOWN",
    "UNKNOWN",
  ]);
});
