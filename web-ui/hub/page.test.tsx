import renderToString from "preact-render-to-string";
import { beforeEach, expect, it, vi } from "vitest";
import { connector, readings, secret, session, view } from "../testing/views";
import { bootOf } from "./boot";
import { Page } from "./page";
import type { PageActions, PageState } from "./state";
import { initialState } from "./state";

const actions: PageActions = { start: vi.fn(), stop: vi.fn(), unlock: vi.fn(), compensate: vi.fn(), copyLink: vi.fn() };
let state: PageState;
const render = () => renderToString(<Page state={state} actions={actions} />);
const open = (shown: Parameters<typeof bootOf>[0], path = "/c/CP1/1", requestId: string | null = "r1") => {
  state = initialState(bootOf(shown, { lang: "en", path, secret, requestId }));
};

beforeEach(() => open(view(connector({ status: "Charging", session: session() }))));

it("dims old readings with their time, and says plainly when the hub is out of reach", () => {
  expect(render()).toContain("Reading from 14:05:00");
  state.nowMs.value += 60_000;
  expect(render()).toContain("No new reading since 14:05:00");
  state.reached.value = false;
  expect(render()).toMatch(/role="alert"><strong>The hub cannot be reached.*What you see is from 14:05:00/);
  open(view(null), "/");
  state.reached.value = false;
  expect(render()).toContain("What you see is from 14:05:12");
});

it("draws the curve with its words, and its place before the second reading", () => {
  expect(render()).toContain("begins with the second reading");
  state.points.value = readings("2026-11-21T12:18:30.000Z", 60);
  expect(render()).toMatch(/aria-label="From 13:18 to 13:48: [\d.]+\u00a0kW on average, 11\.\d\u00a0kW at most\."/);
});

it("names the zone only where the viewer's clock differs", () => {
  state.viewerZone.value = "Europe/Vienna";
  expect(render()).not.toContain("site&#39;s own");
  expect(render()).not.toContain('class="foot"');
  state.viewerZone.value = "America/New_York";
  expect(render()).toContain('class="foot"');
});

it("shows what is under way, and what went wrong with its code", () => {
  state.pending.value = "stop";
  expect(render()).toMatch(/aria-busy="true"[^>]*>Stopping/);
  state.pending.value = null;
  state.error.value = { action: "stop", code: "not_yours" };
  expect(render()).toContain("Code: not_yours");
  state.copied.value = true;
  expect(render()).toContain("Copied");
  open(view(connector()));
  state.pending.value = "start";
  expect(render()).toContain("Asking the charger");
  state.error.value = { action: "start", code: "charge_point_offline" };
  expect(render()).toContain("Nothing has been charged");
});

it("offers the last receipt, and this one after the end to the one who started", () => {
  open(view(connector()));
  state.lastReceipt.value = { sessionId: "s1", secret };
  expect(render()).toContain(`/s/s1#${secret}`);
  const ended = view(connector({ status: "Finishing", session: session({ endedAt: "2026-11-21T13:05:02.000Z" }) }));
  open(ended);
  expect(render()).toContain("Show receipt");
  open(ended, "/c/CP1/1", null);
  expect(render()).not.toContain("Show receipt");
});

it("says plainly what is booked, and when a charge has to end for it", () => {
  const reservation = { from: "2026-11-21T14:00:00.000Z", until: "2026-11-21T15:00:00.000Z", held: true };
  open(view(connector({ reservation })));
  expect(render()).toContain("Reserved from 15:00 to 16:00.");
  expect(render()).toContain("kept for the driver who has booked");
  expect(render()).not.toContain("Start charging");
  open(view(connector({ reservation: { ...reservation, held: false } })));
  expect(render()).toContain("Reserved from 15:00 to 16:00.");
  expect(render()).toContain("Start charging");
  expect(render()).toContain("ends by 15:00 at the latest");
  open(view(connector({ status: "Charging", session: session(), leaveBy: "2026-11-21T14:00:00.000Z", standby: true })));
  expect(render()).toContain("Charging ends at 15:00");
  expect(render()).toContain("On standby");
});

it("offers the start of a booking when it opens, in place of the walk-in's, with the PIN where it needs one", () => {
  open(view(connector(), { startPolicy: "pass" }), "/c/CP1/1", null);
  expect(render()).toMatch(/<details class="more" open>.*name="reference"/);
  const from = Date.parse("2026-11-21T14:00:00.000Z");
  const pass = { token: "t", from, until: from + 3_600_000, opens: from - 900_000, needsPin: true };
  state.pass.value = pass;
  expect(render()).toContain("You can start from 21 Nov 2026, 14:45.");
  expect(render()).not.toContain('name="withPass"');
  state.nowMs.value = pass.opens;
  expect(render()).toMatch(/name="withPass".*name="pin"/);
  expect(render()).not.toContain('name="reference"');
  open(view(connector({ status: "Charging", session: session() })), "/c/CP1/1", null);
  state.pass.value = { ...pass, opens: 0, needsPin: false };
  expect(render()).toContain("Start my booking");
  state.waiting.value = true;
  expect(render()).toContain("stopped; when it has left");
});

it("names what stands in a booked driver's way, and what it costs to give up", () => {
  open(view(connector()), "/c/CP1/1", null);
  state.error.value = { action: "start", code: "site_full" };
  expect(render()).toContain("Give up and be compensated");
  state.pending.value = "compensation";
  expect(render()).toContain('aria-busy="true"');
  state.error.value = { action: "start", code: "pass_too_early", details: { opensAt: "2026-11-21T14:45:00.000Z" } };
  expect(render()).toContain("It can be started from 15:45.");
  state.error.value = { action: "start", code: "connector_reserved" };
  expect(render()).toContain("cannot be started at the moment");
  for (const [owed, text] of [
    [-500, "\u20ac5.00 is paid back"],
    [0, "costs you nothing"],
    [300, "costs you \u20ac3.00"],
  ] as const) {
    state.settled.value = owed;
    expect(render()).toContain(text);
  }
});

it("unlocks a plug that sticks, for the one who charged", () => {
  open(view(connector({ status: "Finishing", session: session({ endedAt: "2026-11-21T13:05:02.000Z" }) })));
  expect(render()).toContain('action="/c/CP1/1/unlock"');
  state.pending.value = "unlock";
  expect(render()).toContain("Unlocking");
  state.error.value = { action: "unlock", code: "unlock_failed" };
  expect(render()).toContain("The plug was not released");
  state.unlocked.value = true;
  expect(render()).toContain("Pull it out now");
});
