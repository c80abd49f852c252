import { beforeEach, expect, it, vi } from "vitest";
import type { ConnectorView, HubPageView, StartAnswer } from "../../shared/hub-page";
import { connector, hubNow, secret, session, view } from "../testing/views";
import type { Answer, HubApi } from "./api";
import { bootOf } from "./boot";
import { controllerOf } from "./controller";
import type { Controller } from "./controller";
import { keeperOf } from "./mine";
import type { PageState } from "./state";
import { initialState } from "./state";

let now: number;
let api: { [K in keyof HubApi]: ReturnType<typeof vi.fn<HubApi[K]>> };
let stored: Map<string, string>;
let state: PageState;
let page: Controller;
const copy = vi.fn(async () => {});
const [go, reload] = [vi.fn(), vi.fn()];

function open(first: HubPageView, more: { path?: string; fragment?: string; requestId?: string } = {}): void {
  const { path = "/c/CP1/1", fragment = "", requestId } = more;
  state = initialState(bootOf(first, { lang: "en", path, secret: "s".repeat(32), requestId }));
  page = controllerOf(state, {
    now: () => now,
    fillRandom: (bytes) => crypto.getRandomValues(bytes),
    keeper: keeperOf({
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
    }),
    api,
    fragment,
    origin: "http://hub",
    timeZone: "Europe/Berlin",
    copy,
    reload,
    go,
  });
}

const show = (shown: Partial<ConnectorView>, position = 20) =>
  page.onMessage({ kind: "change", position, now: hubNow, connector: shown });
const sent = () => api.start.mock.calls.map(([body]) => body.secret);

beforeEach(() => {
  now = Date.parse(hubNow) + 5000;
  stored = new Map();
  api = {
    start: vi.fn<HubApi["start"]>(async () => startedAs("r1")),
    stop: vi.fn<HubApi["stop"]>(async () => ({ ok: true, value: {} })),
    unlock: vi.fn<HubApi["unlock"]>(async () => ({ ok: true, value: {} })),
    compensate: vi.fn<HubApi["compensate"]>(async () => ({ ok: true, value: { owed: -500 } })),
    alive: vi.fn<HubApi["alive"]>(async () => true),
  };
  vi.clearAllMocks();
});

it("makes one start of two taps, and shows it before the live message says so", async () => {
  open(view(connector()));
  await page.begin();
  await Promise.all([page.start({}), page.start({})]);
  expect(sent()).toHaveLength(1);
  expect(sent()[0]).toMatch(/^[A-Za-z0-9_-]{40}$/);
  expect(state.view.value.connector?.request).toMatchObject({ requestId: "r1", state: "requested" });
  expect(state.mine.value?.requestId).toBe("r1");
});

it("repeats a start whose answer was lost with the same secret, also after a reload", async () => {
  api.start.mockResolvedValueOnce({ ok: false, code: "network" });
  open(view(connector()));
  await page.start({});
  expect(state.error.value).toEqual({ action: "start", code: "network" });
  open(view(connector()));
  await page.begin();
  await page.start({});
  expect(sent()[1]).toBe(sent()[0]);
});

it("takes a new secret after a failure, after an end, and where the old start is unknown to the hub", async () => {
  open(view(connector()));
  await page.start({ accessKey: "key" });
  expect(api.start.mock.calls[0]?.[0].accessKey).toBe("key");
  show({ request: { requestId: "r1", state: "failed", reason: "no_answer", at: hubNow } });
  await page.start({});
  show({ request: null, session: session({ endedAt: hubNow }) }, 21);
  await page.start({});
  show({ request: null, session: null }, 22);
  await page.start({});
  expect(new Set(sent()).size).toBe(4);
});

it("keeps the secret of a start that is under way", async () => {
  open(view(connector()));
  await page.start({});
  await page.start({});
  show({ request: null, session: session() });
  await page.start({});
  expect(new Set(sent()).size).toBe(1);
});

it("finds its session again after a reload, with its curve, and its receipt after the end", async () => {
  open(view(connector()));
  await page.start({});
  show({ session: session(), status: "Charging" });
  show({ session: session({ lastReadingAt: "2026-11-21T13:05:30.000Z", powerW: 9000 }) }, 21);
  open(view(connector({ session: session({ lastReadingAt: "2026-11-21T13:06:00.000Z" }) })));
  await page.begin();
  expect(state.mine.value?.requestId).toBe("r1");
  expect(state.points.value).toHaveLength(3);
  show({ session: session({ endedAt: hubNow, powerW: null }) });
  expect(state.lastReceipt.value).toEqual({ sessionId: session().id, secret: state.mine.value?.secret });
});

it("takes a start over from another phone's link, or from a form that was sent before the script came", async () => {
  open(view(connector({ session: session() })), { fragment: `#${secret}.r1` });
  await page.begin();
  expect(state.mine.value).toEqual({ secret, requestId: "r1" });
  open(view(connector({ session: session() })), { requestId: "r1" });
  await page.begin();
  expect(state.mine.value).toEqual({ secret: "s".repeat(32), requestId: "r1" });
  open(view(connector({ session: session() })), { requestId: "unused" });
  await page.begin();
  expect(state.mine.value?.requestId).toBe("r1");
});

it("stops its own session, and says so when the hub or the charger does not", async () => {
  open(view(connector({ session: session() })), { fragment: `#${secret}.r1` });
  await page.begin();
  await page.stop();
  await page.stop();
  expect(api.stop).toHaveBeenCalledTimes(1);
  expect(state.pending.value).toBe("stop");
  show({ session: session({ energyWh: 9000 }) });
  expect(state.pending.value).toBe("stop");
  now += 40_001;
  page.tick();
  expect(state.error.value).toEqual({ action: "stop", code: "no_answer" });
  api.stop.mockResolvedValueOnce({ ok: false, code: "not_yours" });
  await page.stop();
  expect(state.error.value).toEqual({ action: "stop", code: "not_yours" });
  await page.stop();
  show({ session: session({ endedAt: hubNow }) }, 21);
  expect(state.pending.value).toBeNull();
});

it("does nothing to a connector that is not there", async () => {
  open(view(null), { path: "/" });
  await page.begin();
  await page.start({});
  await page.stop();
  await page.unlock();
  await page.compensate();
  await page.copyLink();
  page.onMessage({ kind: "view", view: view(null, {}, { position: 12 }) });
  expect(api.start).not.toHaveBeenCalled();
  expect(copy).not.toHaveBeenCalled();
});

it("copies a link that finds the session on another phone", async () => {
  open(view(connector({ session: session() })), { fragment: `#${secret}.r1` });
  await page.begin();
  await page.copyLink();
  expect(copy).toHaveBeenCalledWith(`http://hub/c/CP1/1#${secret}.r1`);
  expect(state.copied.value).toBe(true);
  state.mine.value = { secret, requestId: null };
  await page.copyLink();
  expect(copy).toHaveBeenLastCalledWith(`http://hub/c/CP1/1#${secret}.`);
});

it("follows the hub's clock, its reach, its prices, and forgets an error of the line", () => {
  open(view(connector()));
  state.error.value = { action: "start", code: "network" };
  now += 10_000;
  page.tick();
  expect(state.nowMs.value).toBe(Date.parse(hubNow) + 10_000);
  page.onReach(false);
  expect(state.reached.value).toBe(false);
  show({ request: { requestId: "x", state: "requested", reason: null, at: hubNow } });
  expect(state.error.value).toBeNull();
  show({ status: "Charging" }, 5);
  expect(state.view.value.connector?.status).toBe("Available");
  const dearer = view(connector({ tariff: { ...connector().tariff, id: "dearer" } }), {}, { position: 30 });
  page.onMessage({ kind: "view", view: dearer });
  expect(reload).toHaveBeenCalledTimes(1);
});

it("shows the session at once where it had begun before the answer to the start", async () => {
  const { promise, resolve } = withResolvers<Answer<StartAnswer>>();
  api.start.mockReturnValueOnce(promise);
  open(view(connector()));
  const started = page.start({});
  show({ session: session(), status: "Charging" });
  resolve(startedAs("r1"));
  await started;
  expect(state.view.value.connector?.request).toBeNull();
  expect(stored.get("hitchpost receipts")).toContain(session().id);
});

/** What a booking's link brings: from 14:00 to 15:00 in Berlin, its start possible from 13:45. */
const claims = {
  from: slot("2026-11-21T13:00:00Z"),
  to: slot("2026-11-21T14:00:00Z"),
  terms: { early_start_time: 15 },
};
const token = (more: object = {}) => `h.${btoa(JSON.stringify({ ...claims, holder: null, ...more }))}.s`;

it("keeps the pass of a link, starts with it, and follows the hub to another connector", async () => {
  open(view(connector()), { fragment: `#pass=${token()}` });
  await page.begin();
  expect(state.pass.value).toMatchObject({ opens: Date.parse("2026-11-21T12:45:00Z"), needsPin: false });
  open(view(connector()));
  await page.begin();
  api.start.mockResolvedValueOnce({ ok: true, value: { requestId: "r2", cpId: "CP2", connectorId: 1 } });
  await page.start({ withPass: true, pin: "123456" });
  expect(api.start.mock.calls[0]?.[0]).toMatchObject({ pass: token(), pin: "123456" });
  expect(go).toHaveBeenCalledWith("/c/CP2/1");
  expect(stored.get("hitchpost CP2/1")).toContain("r2");
});

it("forgets a pass whose time is over, and one that the hub will never take", async () => {
  const past = token({ to: slot("2026-11-21T13:00:00Z") });
  open(view(connector()), { fragment: `#pass=${past}` });
  await page.begin();
  expect(state.pass.value).toBeNull();
  open(view(connector()), { fragment: `#pass=${token()}` });
  await page.begin();
  api.start.mockResolvedValueOnce({ ok: false, code: "pin_wrong" });
  await page.start({ withPass: true, pin: "1" });
  expect(state.pass.value).not.toBeNull();
  api.start.mockResolvedValueOnce({ ok: false, code: "pass_used" });
  await page.start({ withPass: true });
  expect(state.pass.value).toBeNull();
  expect(stored.get("hitchpost pass")).toBe("null");
});

it("says that a car on standby is leaving, until the start goes on", async () => {
  open(view(connector()), { fragment: `#pass=${token()}` });
  await page.begin();
  api.start.mockResolvedValueOnce({ ok: true, value: { requestId: null, cpId: "CP1", connectorId: 1 } });
  await page.start({ withPass: true });
  expect(state.waiting.value).toBe(true);
  await page.start({ withPass: true });
  expect(sent()[1]).toBe(sent()[0]);
  expect(state.waiting.value).toBe(false);
});

it("names a booking by reference and PIN, and agrees to standby, as the form says", async () => {
  open(view(connector()));
  await page.start({ reference: "4F7A09C2", pin: "123456", standby: true });
  expect(api.start.mock.calls[0]?.[0]).toMatchObject({ reference: "4F7A09C2", pin: "123456", standby: true });
});

it("gives a booking up where the site is full, with what shows whose it is", async () => {
  open(view(connector()), { fragment: `#pass=${token()}` });
  await page.begin();
  api.start.mockResolvedValueOnce({ ok: false, code: "site_full" });
  await page.start({ withPass: true, pin: "123456" });
  api.compensate.mockResolvedValueOnce({ ok: false, code: "place_free" });
  await page.compensate();
  expect(state.error.value).toMatchObject({ action: "start", code: "place_free" });
  await page.compensate();
  expect(api.compensate).toHaveBeenLastCalledWith({ cpId: "CP1", connectorId: 1, pass: token(), pin: "123456" });
  expect([state.settled.value, state.pass.value, state.pending.value]).toEqual([-500, null, null]);
});

it("unlocks the plug of its own charge, and says so when the charger does not", async () => {
  open(view(connector({ session: session({ endedAt: hubNow }) })), { fragment: `#${secret}.r1` });
  await page.begin();
  api.unlock.mockResolvedValueOnce({ ok: false, code: "unlock_failed" });
  await page.unlock();
  expect(state.error.value).toMatchObject({ action: "unlock", code: "unlock_failed" });
  await page.unlock();
  expect(api.unlock).toHaveBeenLastCalledWith({ cpId: "CP1", connectorId: 1, secret });
  expect([state.unlocked.value, state.error.value]).toEqual([true, null]);
});

function slot(at: string): number {
  return Date.parse(at) / 900_000;
}
function startedAs(requestId: string): Answer<StartAnswer> {
  return { ok: true, value: { requestId, cpId: "CP1", connectorId: 1 } };
}
function withResolvers<T>() {
  const made: { resolve?: (value: T) => void } = {};
  const promise = new Promise<T>((resolve) => (made.resolve = resolve));
  return { promise, resolve: made.resolve as (value: T) => void };
}
