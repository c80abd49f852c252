import { beforeEach, expect, it, vi } from "vitest";
import type { ConnectorView, HubPageView } from "../../shared/hub-page";
import { connector, hubNow, receipt, secret, session, view } from "../testing/views";
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
const [print, reload] = [vi.fn(), vi.fn()];

function open(
  first: HubPageView,
  more: { path?: string; fragment?: string; requestId?: string; given?: boolean } = {},
): void {
  const { path = "/c/CP1/1", fragment = "", requestId, given } = more;
  state = initialState(
    bootOf(first, { lang: "en", path, secret: "s".repeat(32), requestId, receipt: given ? receipt() : undefined }),
  );
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
    print,
    reload,
  });
}

const show = (shown: Partial<ConnectorView>, position = 20) =>
  page.onMessage({ kind: "change", position, now: hubNow, connector: shown });
const sent = () => api.start.mock.calls.map(([body]) => body.secret);

beforeEach(() => {
  now = Date.parse(hubNow) + 5000;
  stored = new Map();
  api = {
    start: vi.fn<HubApi["start"]>(async () => ({ ok: true, value: { requestId: "r1" } })),
    stop: vi.fn<HubApi["stop"]>(async () => ({ ok: true, value: {} })),
    receipt: vi.fn<HubApi["receipt"]>(async () => ({ ok: true, value: receipt() })),
    alive: vi.fn<HubApi["alive"]>(async () => true),
  };
  vi.clearAllMocks();
});

it("makes one start of two taps, and shows it before the live message says so", async () => {
  open(view(connector()));
  await page.begin();
  await Promise.all([page.start(""), page.start("")]);
  expect(sent()).toHaveLength(1);
  expect(sent()[0]).toMatch(/^[A-Za-z0-9_-]{40}$/);
  expect(state.view.value.connector?.request).toMatchObject({ requestId: "r1", state: "requested" });
  expect(state.mine.value?.requestId).toBe("r1");
});

it("repeats a start whose answer was lost with the same secret, also after a reload", async () => {
  api.start.mockResolvedValueOnce({ ok: false, code: "network" });
  open(view(connector()));
  await page.start("");
  expect(state.error.value).toEqual({ action: "start", code: "network" });
  open(view(connector()));
  await page.begin();
  await page.start("");
  expect(sent()[1]).toBe(sent()[0]);
});

it("takes a new secret after a failure, after an end, and where the old start is unknown to the hub", async () => {
  open(view(connector()));
  await page.start("key");
  expect(api.start.mock.calls[0]?.[0].accessKey).toBe("key");
  show({ request: { requestId: "r1", state: "failed", reason: "no_answer", at: hubNow } });
  await page.start("");
  show({ request: null, session: session({ endedAt: hubNow }) }, 21);
  await page.start("");
  show({ request: null, session: null }, 22);
  await page.start("");
  expect(new Set(sent()).size).toBe(4);
});

it("keeps the secret of a start that is under way", async () => {
  open(view(connector()));
  await page.start("");
  await page.start("");
  show({ request: null, session: session() });
  await page.start("");
  expect(new Set(sent()).size).toBe(1);
});

it("finds its session again after a reload, with its curve, and its receipt after the end", async () => {
  open(view(connector()));
  await page.start("");
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
  await page.start("");
  await page.stop();
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
  page.print();
  expect(print).toHaveBeenCalledTimes(1);
});

it("shows the session at once where it had begun before the answer to the start", async () => {
  const { promise, resolve } = withResolvers<Answer<{ requestId: string }>>();
  api.start.mockReturnValueOnce(promise);
  open(view(connector()));
  const started = page.start("");
  show({ session: session(), status: "Charging" });
  resolve({ ok: true, value: { requestId: "r1" } });
  await started;
  expect(state.view.value.connector?.request).toBeNull();
  expect(stored.get("hitchpost receipts")).toContain(session().id);
});

it("opens a receipt by link or by what it kept, and says why it does not", async () => {
  const path = `/s/${session().id}`;
  open(view(null), { path });
  await page.begin();
  expect(state.error.value).toEqual({ action: "receipt", code: "no_secret" });
  open(view(null), { path, fragment: `#${secret}` });
  await page.begin();
  expect(state.receipt.value?.number).toBe("R-000042");
  open(view(null), { path });
  await page.begin();
  expect(api.receipt).toHaveBeenLastCalledWith(session().id, secret);
  api.receipt.mockResolvedValueOnce({ ok: false, code: "session_running" });
  open(view(null), { path });
  await page.begin();
  expect(state.error.value).toEqual({ action: "receipt", code: "session_running" });
  api.receipt.mockClear();
  open(view(null), { path, given: true });
  await page.begin();
  expect(api.receipt).not.toHaveBeenCalled();
  expect(state.receipt.value?.number).toBe("R-000042");
});

function withResolvers<T>() {
  const made: { resolve?: (value: T) => void } = {};
  const promise = new Promise<T>((resolve) => (made.resolve = resolve));
  return { promise, resolve: made.resolve as (value: T) => void };
}
