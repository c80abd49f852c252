import { expect, it, vi } from "vitest";
import { board, complexTariff, simpleTariff, siteId } from "../testing/app-data";
import { cloudApi, failureOf } from "./api";
import { applyBoard, counts, inOrder, tileMark, tilesOf } from "./board-model";
import { errorTexts } from "./error-texts";
import { errorText } from "./errors";
import { errorDe } from "./errors-de";
import { errorEn } from "./errors-en";
import { faultText, reasonText } from "./ocpp-words";
import { currencies } from "./parts/choices";
import { examplePeriods, emptyForm, formOf, readNumber, tariffOf } from "./tariff-form";
import { appDe } from "./texts-de";
import { appEn } from "./texts-en";
import { wordsFor } from "./words";

const words = wordsFor("en", appEn);
const [cp1, , cp3, cp4] = board.chargePoints as [(typeof board.chargePoints)[number], ...typeof board.chargePoints];

it("asks the cloud with the method, address and body of each route", async () => {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json({}));
  const api = cloudApi(fetch);
  await api.me();
  await api.signIn("a@b.c", "secret");
  await api.signUp("A", "a@b.c", "secret");
  await api.signOut();
  await api.sites();
  await api.site(siteId);
  await api.createSite({ name: "x", timeZone: "UTC", currency: "EUR", startPolicy: "open" });
  await api.changeSite(siteId, { name: "y" });
  await api.board(siteId);
  await api.sessions(siteId, null);
  await api.sessions(siteId, "a b");
  await api.session(siteId, "s");
  await api.stopSession(siteId, "s");
  await api.tariffs(siteId);
  await api.putTariff(siteId, simpleTariff);
  await api.pairingCode(siteId);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  expect(JSON.parse(String(fetch.mock.calls[2]?.[1]?.body))).toMatchObject({ email: "a@b.c", timeZone });
  const asked = fetch.mock.calls.map(([path, init]) => `${init?.method} ${String(path).replace(siteId, "ID")}`);
  expect(asked).toEqual([
    "GET /v1/auth/get-session",
    "POST /v1/auth/sign-in/email",
    "POST /v1/auth/sign-up/email",
    "POST /v1/auth/sign-out",
    "GET /v1/sites",
    "GET /v1/sites/ID",
    "POST /v1/sites",
    "PATCH /v1/sites/ID",
    "GET /v1/sites/ID/charge-points",
    "GET /v1/sites/ID/sessions?limit=25",
    "GET /v1/sites/ID/sessions?limit=25&cursor=a%20b",
    "GET /v1/sites/ID/sessions/s",
    "POST /v1/sites/ID/commands",
    "GET /v1/sites/ID/tariffs",
    "PUT /v1/sites/ID/tariffs/day-rate",
    "POST /v1/sites/ID/pairing-codes",
  ]);
  expect(fetch.mock.calls[12]?.[1]?.body).toBe('{"command":{"name":"stopSession","sessionId":"s"}}');
  expect(fetch.mock.calls[15]?.[1]?.body).toBeUndefined();
});

it("tells refusals from a server that is not there, and an answer without a body from both", async () => {
  const answers = [
    () => Response.json({ error: { code: "forbidden", message: "No." } }, { status: 403 }),
    () => new Response(null, { status: 204 }),
    () => new Response("<html>", { status: 502 }),
  ];
  const api = cloudApi(async () => (answers.shift() as () => Response)());
  expect(await api.sites()).toEqual({ ok: false, error: { code: "forbidden", detail: "No." } });
  expect(await api.sites()).toEqual({ ok: true, value: null });
  expect(await api.sites()).toEqual({ ok: false, error: { code: "network", detail: "" } });
  expect(failureOf({ code: "INVALID_EMAIL", message: "Bad" })).toEqual({ code: "invalid_email", detail: "Bad" });
  expect(failureOf(null)).toEqual({ code: "unknown", detail: "" });
});

it("puts every error into words", async () => {
  expect(errorTexts.there()).toBeUndefined();
  await errorTexts.load("de");
  await errorTexts.there();
  expect(errorText({ code: "wallet_short", detail: "" })).toBe(errorDe.errorWalletShort);
  await errorTexts.load("en");
  expect(errorText({ code: "too_many_blocks", detail: "" })).toBe(errorEn.errorTooMany);
  expect(errorText({ code: "network", detail: "" })).toBe(errorEn.errorNetwork);
  expect(errorText({ code: "constructor", detail: "" })).toBe(errorEn.errorAny);
  expect(errorText({ code: "invalid", detail: "name: too long" })).toContain("name: too long");
  expect(errorText({ code: "invalid_input", detail: "x" })).toContain("x");
});

it("knows OCPP's fault codes and reasons, and has words for a maker's own", () => {
  expect(faultText("GroundFailure", words)).toBe(appEn.faultGroundFailure);
  expect(faultText("E-4711", words)).toBe(appEn.faultOtherError);
  expect(reasonText("EVDisconnected", words)).toBe(appEn.reasonEVDisconnected);
  expect(reasonText("Solar flare", words)).toBe(appEn.reasonOther);
});

it("keeps one format a zone", () => {
  expect(words.formatIn("UTC")).toBe(words.formatIn("UTC"));
  expect(wordsFor("de", appDe).formatIn("UTC").lang).toBe("de");
  expect(currencies(words).find(([code]) => code === "EUR")?.[1]).toBe("EUR \u2013 Euro");
  expect(currencies(words).some(([code]) => code === "KWD")).toBe(false);
});

it("shows what needs a hand first", () => {
  const tiles = tilesOf(board);
  expect(tiles.map(({ key, mark }) => `${key} ${mark}`)).toEqual([
    "CP3/1 faulted",
    "CP4/1 offline",
    "CP1/1 busy",
    "CP2/1 free",
    "CP3/2 free",
  ]);
  expect(counts(tiles)).toEqual({ faulted: 1, offline: 1, out: 0, busy: 1, reserved: 0, free: 2 });
});

it.each([
  ["Unavailable", "out"],
  ["Reserved", "reserved"],
  ["Preparing", "busy"],
  [null, "free"],
] as const)("marks %s as %s", (status, mark) => {
  const connector = { connectorId: 1, status, errorCode: "NoError", at: null, session: null };
  expect(tileMark(cp1, connector)).toBe(mark);
});

it("moves no tile while someone points at the board; new ones come last", () => {
  const tiles = tilesOf(board);
  const keys = ["CP1/1", "CP2/1", "CP3/1", "CP3/2"];
  expect(inOrder(tiles, keys).map(({ key }) => key)).toEqual([...keys, "CP4/1"]);
});

it("follows live changes: the whole board, changed, added and removed charge points, the hub alone", () => {
  expect(applyBoard(null, { kind: "board", board })).toBe(board);
  expect(applyBoard(null, { kind: "change", chargePoints: [], removed: [] })).toBeNull();
  const renamed = { ...(cp3 as typeof cp1), name: "Yard" };
  const added = { ...(cp4 as typeof cp1), cpId: "CP0" };
  const after = applyBoard(board, { kind: "change", chargePoints: [renamed, added], removed: ["CP1"] });
  expect(after?.chargePoints.map(({ cpId, name }) => [cpId, name])).toEqual([
    ["CP0", null],
    ["CP2", "Carport right"],
    ["CP3", "Yard"],
    ["CP4", null],
  ]);
  expect(after?.hub).toBe(board.hub);
  expect(applyBoard(board, { kind: "change", hub: null, chargePoints: [], removed: [] })?.hub).toBeNull();
});

it.each([
  ["0.45", 0.45],
  [" 0,45 ", 0.45],
  ["", 0],
  ["-1", null],
  ["1e3", null],
  ["0.00001", null],
])("reads %j as %s", (text, value) => {
  expect(readNumber(text)).toBe(value);
});

it("reads a simple tariff into the form and back, to the digit", () => {
  const form = formOf(simpleTariff);
  expect(form).toEqual({
    id: "day-rate",
    energy: "0.45",
    session: "",
    minute: "0.1",
    freeMinutes: "240",
    vat: "19",
    windows: [],
  });
  expect(tariffOf(form as NonNullable<typeof form>, "EUR")).toEqual({ tariff: simpleTariff });
  const flat = { ...emptyForm, id: "x", energy: "0", session: "2,5", minute: "0.05", vat: "" };
  const made = tariffOf(flat, "CHF");
  expect(made).toMatchObject({ tariff: { currency: "CHF" } });
  expect("tariff" in made && formOf(made.tariff)).toEqual({ ...flat, session: "2.5" });
});

it("leaves a tariff alone that has more rules than it can show", () => {
  expect(formOf(complexTariff)).toBeNull();
  expect(formOf({ ...simpleTariff, min_price: { excl_vat: 1, incl_vat: 1 } })).toBeNull();
});

it("names each field that does not fit", () => {
  expect(tariffOf({ ...emptyForm, energy: "x", vat: "101" }, "EUR")).toEqual({
    errors: { id: "required", energy: "numberError", vat: "numberError" },
  });
  expect(tariffOf({ ...emptyForm, id: "a b" }, "EUR")).toEqual({ errors: { id: "nameError" } });
});

it("makes an example of the hours and energy that are asked for", () => {
  const periods = examplePeriods(simpleTariff, 25_000, 5, {
    startedAt: "2026-11-21T12:00:00.000Z",
    timeZone: "Europe/Berlin",
  });
  expect(periods.map(({ seconds, energyWh }) => [seconds, energyWh])).toEqual([
    [14_400, 20_000],
    [3600, 5000],
  ]);
});
