import { expect, it } from "vitest";
import type { ConnectorStatus } from "../../shared/ocpp";
import { connectorStatuses } from "../../shared/ocpp";
import { connector, hubNow, secret, session, view } from "../testing/views";
import { applyMessage, elapsedSeconds, isStale, markOf, phaseOf } from "./model";

const mine = { secret, requestId: "r1" };
const request = { requestId: "r1", state: "requested" as const, reason: null, at: hubNow };

it.each<[ConnectorStatus, string | null, string]>([
  ["Available", null, "free"],
  ["Preparing", null, "free"],
  ["Charging", "busy", "busy"],
  ["SuspendedEV", "busy", "busy"],
  ["SuspendedEVSE", "busy", "busy"],
  ["Finishing", "finishing", "busy"],
  ["Reserved", "reserved", "reserved"],
  ["Unavailable", "unavailable", "out"],
  ["Faulted", "faulted", "faulted"],
])("%s without a session: obstacle %s, mark %s", (status, obstacle, mark) => {
  const shown = connector({ status });
  expect(phaseOf(shown, "open", null)).toEqual({
    kind: "idle",
    obstacle,
    plugged: status === "Preparing",
    failure: null,
  });
  expect(markOf(shown)).toBe(mark);
});

it("offers no start without connection, without a reported state, or without a pass where one is asked for", () => {
  expect(phaseOf(connector({ online: false }), "open", null)).toMatchObject({ obstacle: "offline" });
  expect(phaseOf(connector({ status: null }), "open", null)).toMatchObject({ obstacle: "unknown" });
  expect(phaseOf(connector(), "pass", null)).toMatchObject({ obstacle: "pass" });
  expect(phaseOf(connector(), "accessKey", null)).toMatchObject({ obstacle: null });
  const reservation = { from: "2026-11-21T14:00:00.000Z", until: "2026-11-21T15:00:00.000Z", held: true };
  expect(phaseOf(connector({ reservation }), "open", null)).toMatchObject({ obstacle: "reserved" });
  expect(markOf(connector({ online: false }))).toBe("offline");
  expect(markOf(connector({ status: null }))).toBe("offline");
});

it.each(connectorStatuses)("a start is requested, then plugged in or checked (%s)", (status) => {
  const plugged = status !== "Available";
  expect(phaseOf(connector({ status, request }), "open", mine)).toMatchObject({ kind: "starting", step: "requested" });
  expect(phaseOf(connector({ status, request: { ...request, state: "accepted" } }), "open", null)).toMatchObject({
    kind: "starting",
    step: plugged ? "checking" : "plugIn",
  });
});

it("counts a start as not plugged in while the charger has not told its state", () => {
  const shown = connector({ status: null, request: { ...request, state: "accepted" } });
  expect(phaseOf(shown, "open", null)).toMatchObject({ step: "plugIn" });
});

it("tells a failed start to the one who made it, and to a viewer without scripts, not to others", () => {
  const failed = connector({ request: { ...request, state: "failed", reason: "no_answer" } });
  expect(phaseOf(failed, "open", mine)).toMatchObject({ kind: "idle", failure: "no_answer" });
  expect(phaseOf(failed, "open", null)).toMatchObject({ failure: "no_answer" });
  expect(phaseOf(failed, "open", { secret, requestId: "other" })).toMatchObject({ failure: null });
});

it("knows its own session, and why it pauses", () => {
  const live = (status: ConnectorStatus) =>
    connector({ status, session: session(), request: { ...request, state: "accepted" } });
  expect(phaseOf(live("Charging"), "open", mine)).toMatchObject({ kind: "live", mine: true, paused: null });
  expect(phaseOf(live("SuspendedEV"), "open", null)).toMatchObject({ mine: false, paused: "car" });
  expect(phaseOf(live("SuspendedEVSE"), "open", mine)).toMatchObject({ paused: "charger" });
  const local = connector({ status: "Charging", session: session({ requestId: null }) });
  expect(phaseOf(local, "open", { secret, requestId: null })).toMatchObject({ mine: false });
});

it("says that one can unplug until the car is gone", () => {
  const ended = session({ endedAt: hubNow });
  expect(
    phaseOf(
      connector({ status: "Finishing", session: ended, request: { ...request, state: "accepted" } }),
      "open",
      mine,
    ),
  ).toMatchObject({
    kind: "ended",
    mine: true,
  });
  expect(phaseOf(connector({ session: ended }), "open", mine)).toMatchObject({ kind: "idle" });
  expect(phaseOf(connector({ status: "Preparing", session: ended }), "open", mine)).toMatchObject({ kind: "idle" });
});

it("takes changes over what it shows, and drops what is older", () => {
  const before = view(connector());
  const change = { kind: "change" as const, now: "2026-11-21T13:06:00Z", connector: { status: "Preparing" as const } };
  const after = applyMessage(before, { ...change, position: 11 });
  expect(after.connector?.status).toBe("Preparing");
  expect(after.connectors[0]?.status).toBe("Preparing");
  expect(after.connectors[1]).toBe(before.connectors[1]);
  expect(after.position).toBe(11);
  expect(applyMessage(before, { ...change, position: 10 })).toBe(before);
  expect(applyMessage(view(null), { ...change, position: 11 }).connector).toBeNull();
  const whole = view(connector({ online: false }));
  expect(applyMessage(before, { kind: "view", view: whole })).toBe(whole);
});

it("dims a reading that is 15 s past due, while the session runs", () => {
  const at = Date.parse(session().lastReadingAt);
  for (const interval of [5, 30, 300]) {
    expect(isStale(session(), at + (interval + 15) * 1000, interval)).toBe(false);
    expect(isStale(session(), at + (interval + 15) * 1000 + 1, interval)).toBe(true);
  }
  expect(isStale(session({ endedAt: hubNow }), at + 90_000, 30)).toBe(false);
});

it("counts the time of a session up to now or to its end, never backwards", () => {
  expect(elapsedSeconds(session(), Date.parse("2026-11-21T13:05:12Z"))).toBe(2830);
  expect(elapsedSeconds(session({ endedAt: "2026-11-21T12:19:02Z" }), 0)).toBe(60);
  expect(elapsedSeconds(session(), 0)).toBe(0);
});
