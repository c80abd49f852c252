import { expect, it, vi } from "vitest";
import { secret } from "../testing/views";
import { hubApi } from "./api";
import { addPoint, drawCurve, scaleTop } from "./curve";
import type { Point } from "./curve";
import { errorKey, failureKey } from "./errors";
import { handedOver, keeperOf, newSecret } from "./mine";
import { passIn, readPass } from "./pass";
import { connectorPath, receiptPath, routeOf } from "./route";
import { onChange, signal } from "./signal";

it.each([
  ["/", { page: "list", cpId: null }],
  ["/c/CP1", { page: "list", cpId: "CP1" }],
  ["/c/CP%201/2?lang=de", { page: "connector", cpId: "CP 1", connectorId: 2 }],
  ["/c/%E0/1", { page: "connector", cpId: "%E0", connectorId: 1 }],
  ["/c/CP1/x", { page: "list", cpId: "CP1" }],
  ["/c", { page: "list", cpId: null }],
  ["/s/abc", { page: "receipt", sessionId: "abc" }],
  ["/s", { page: "list", cpId: null }],
])("reads the address %s", (path, route) => {
  expect(routeOf(path)).toEqual(route);
});

it("writes addresses; a secret goes behind the fragment only", () => {
  expect(connectorPath("CP 1", 2)).toBe("/c/CP%201/2");
  expect(receiptPath("abc")).toBe("/s/abc");
  expect(receiptPath("abc", secret)).toBe(`/s/abc#${secret}`);
});

it("makes secrets of 40 characters that the hub takes", () => {
  const made = newSecret((bytes) => crypto.getRandomValues(bytes));
  expect(made).toMatch(/^[A-Za-z0-9_-]{40}$/);
  expect(newSecret((bytes) => bytes.fill(255))).toBe("_".repeat(40));
});

it("takes a start over from a fragment, and nothing else", () => {
  expect(handedOver(`#${secret}.r1`)).toEqual({ secret, requestId: "r1" });
  expect(handedOver(`#${secret}`)).toEqual({ secret, requestId: null });
  expect(handedOver("#main")).toBeNull();
  expect(handedOver("")).toBeNull();
});

it("draws once for all that changes in one go, and not for what stays", async () => {
  const [first, second] = [signal(1), signal("a")];
  first.value = 2;
  const draw = vi.fn();
  onChange(draw);
  first.value = 3;
  second.value = "b";
  await Promise.resolve();
  expect(draw).toHaveBeenCalledTimes(1);
  first.value = 3;
  await Promise.resolve();
  expect(draw).toHaveBeenCalledTimes(1);
  expect([first.value, second.value]).toEqual([3, "b"]);
});

it("reads what a pass says, and nothing out of what is none", () => {
  const says = { from: 2, to: 4, terms: { early_start_time: 15 }, holder: { pinTag: "x" }, class: "Zürich?~" };
  const payload = Buffer.from(JSON.stringify(says)).toString("base64url");
  const token = `aGVhZGVy.${payload}.c2ln`;
  const pass = { token, from: 1_800_000, until: 3_600_000, opens: 900_000, needsPin: true };
  expect(passIn(`#pass=${token}`)).toEqual(pass);
  expect(passIn(`#${secret}`)).toBeNull();
  expect(readPass("no pass")).toBeNull();
  expect(readPass(`a.${btoa("{}")}.c`)).toBeNull();
  expect(readPass(`a.${btoa('{"terms":{}}')}.c`)).toBeNull();
});

it("keeps starts, receipts and curves over a reload; damaged ones count as none", () => {
  const items = new Map<string, string>();
  const store = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
  keeperOf(store).keepMine("CP1", 1, { secret, requestId: "r1" });
  for (let index = 0; index < 22; index++) keeperOf(store).keepReceipt(`s${index}`, secret);
  keeperOf(store).keepPoints("s1", [[1, 2]]);
  const again = keeperOf(store);
  expect(again.mine("CP1", 1)).toEqual({ secret, requestId: "r1" });
  expect(again.mine("CP1", 2)).toBeNull();
  expect(again.receiptSecret("s21")).toBe(secret);
  expect(again.receiptSecret("s1")).toBeNull();
  expect(again.points("s1")).toEqual([[1, 2]]);
  expect(again.points("s2")).toEqual([]);
  items.set("hitchpost CP1/1", "{");
  expect(keeperOf(store).mine("CP1", 1)).toBeNull();
  items.set("hitchpost CP1/1", '{"secret":"short"}');
  expect(keeperOf(store).mine("CP1", 1)).toBeNull();
});

it("remembers for as long as it is open where the browser keeps nothing", () => {
  const keeper = keeperOf({ getItem: refuse, setItem: refuse });
  expect(keeper.mine("CP1", 1)).toBeNull();
  keeper.keepMine("CP1", 1, { secret, requestId: null });
  expect(keeper.mine("CP1", 1)).toEqual({ secret, requestId: null });
});

it("draws the curve to a scale that reads well, with its mean over time", () => {
  const points: Point[] = [
    [0, 0],
    [10_000, 4000],
    [40_000, 2000],
  ];
  const curve = drawCurve(points, 320, 80);
  expect(curve).toMatchObject({
    topW: 4000,
    maxW: 4000,
    meanW: 3000,
    line: "M0 80L80 0L320 40",
    end: { x: 320, y: 40 },
  });
  expect(curve?.area).toBe("M0 80L80 0L320 40L320 80L0 80Z");
  expect(drawCurve([[0, 1]], 320, 80)).toBeNull();
  expect(drawCurve([], 320, 80)).toBeNull();
  expect(scaleTop(0)).toBe(2000);
  expect(scaleTop(410_000)).toBe(500_000);
});

it("adds readings in order, and thins the older half when there are too many", () => {
  let points: Point[] = [];
  for (let at = 0; at < 361; at++) points = addPoint(points, at, at);
  expect(points.length).toBe(271);
  expect(points[1]).toEqual([2, 2]);
  expect(points.at(-1)).toEqual([360, 360]);
  expect(addPoint(points, 360, 5)).toBe(points);
});

it("asks the hub, and tells its refusals from its silence", async () => {
  const answers: (Response | Error)[] = [];
  const fetch = vi.fn<typeof globalThis.fetch>(async () => {
    const next = answers.shift() as Response | Error;
    if (next instanceof Error) throw next;
    return next;
  });
  const api = hubApi(fetch);
  answers.push(Response.json({ requestId: "r1" }, { status: 202 }));
  const body = { cpId: "CP1", connectorId: 1, secret };
  expect(await api.start(body)).toEqual({ ok: true, value: { requestId: "r1" } });
  expect(JSON.parse(fetch.mock.calls[0]?.[1]?.body as string)).toEqual(body);
  answers.push(Response.json({ error: { code: "not_yours", message: "" } }, { status: 403 }));
  expect(await api.stop({ sessionId: "s", secret })).toMatchObject({ ok: false, code: "not_yours" });
  answers.push(new Error("no network"));
  expect(await api.unlock(body)).toEqual({ ok: false, code: "network" });
  answers.push(Response.json({ error: { code: "place_free", message: "", details: { from: "x" } } }, { status: 409 }));
  expect(await api.compensate(body)).toEqual({ ok: false, code: "place_free", details: { from: "x" } });
  expect(fetch.mock.calls.map(([path]) => path).slice(2)).toEqual(["/api/unlock", "/api/pass/compensation"]);
  answers.push(new Response("a proxy's page", { status: 502 }));
  expect(await api.start(body)).toEqual({ ok: false, code: "network" });
  answers.push(new Response("{}"), new Error("gone"));
  expect(await api.alive()).toBe(true);
  expect(await api.alive()).toBe(false);
});

it("has a sentence for every failure and refusal, known or not", () => {
  expect(failureKey("no_answer")).toBe("failNoAnswer");
  expect(errorKey("network", "start")).toBe("errorNetwork");
  expect(errorKey("connector_reserved", "start")).toBe("errorReserved");
  expect(errorKey("not_yours", "unlock")).toBe("errorUnlock");
  expect(errorKey("toString", "start")).toBe("errorAny");
  expect(errorKey("not_yours", "stop")).toBe("errorNotYours");
  expect(errorKey("internal", "stop")).toBe("errorStop");
  expect(errorKey("network", "receipt")).toBe("errorReceipt");
  expect(errorKey("session_running", "receipt")).toBe("receiptRunning");
  expect(errorKey("not_yours", "receipt")).toBe("receiptLocked");
});

/** Storage as a browser in private mode has it. */
function refuse(): never {
  throw new Error("SecurityError");
}
