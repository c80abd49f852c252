import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultBookingSettings } from "../../shared/booking-settings";
import type { LiveMessage } from "../../shared/hub-page";
import { eventually } from "../../shared/testing/eventually";
import { registered } from "../testing/registration";
import { online, perKwh, site, started, status } from "./testing/events";
import { idOf } from "./testing/events";
import { startHubApp } from "./testing/hub-app";
import type { TestHubApp } from "./testing/hub-app";

let hub: TestHubApp;
const place = { cpId: "CP1", connectorId: 1 };
const secret = "s".repeat(40);
const at = (minutes: number) => new Date(Date.parse("2026-11-21T12:00:00Z") + minutes * 60_000).toISOString();
const wish = (from: number, until: number) => ({ from: at(from), until: at(until), key: `key ${from} ${until}` });

interface Made {
  reservation: { booking: string; reference: string; stage: string };
  pin: string;
  pass: string;
  link: string;
}
const reserve = async (from: number, until: number, more: object = {}) => {
  const { status: code, json } = await hub.admin("POST", "/api/reservations", { ...wish(from, until), ...more });
  return { status: code, ...(json as unknown as Made) };
};
const start = (more: object) => hub.api("POST", "/api/start", { ...place, secret, ...more });
const codeOf = (answer: { json: unknown }) => (answer.json as { error: { code: string } }).error.code;
const overview = async (query = "") =>
  (await hub.admin("GET", `/api/reservations${query}`)).json as unknown as {
    recovering: boolean;
    reservations: Made["reservation"][];
    classes: string[];
    settings: object;
  };

beforeEach(async () => {
  hub = await startHubApp({
    publicUrl: "http://hub.example:8080",
    events: [
      site({ startPolicy: "pass", defaultTariffId: "kwh" }),
      { type: "tariff.set", data: perKwh },
      registered("CP1"),
      online("CP1"),
      status("CP1", 1, "Available"),
    ],
  });
  hub.gateway.answers = {
    TriggerMessage: () => ({ status: "Rejected" }),
    RemoteStartTransaction: () => ({ status: "Accepted" }),
    ReserveNow: () => ({ status: "Accepted" }),
    CancelReservation: () => ({ status: "Accepted" }),
    UnlockConnector: () => ({ status: "Unlocked" }),
  };
});
afterEach(() => hub.close());

describe("the owner's reservations", () => {
  it("are made, listed, told their rules and cancelled, with the admin token only", async () => {
    for (const [method, path] of [
      ["GET", "/api/reservations"],
      ["POST", "/api/reservations"],
      ["POST", "/api/reservations/admit"],
      ["PUT", "/api/reservations/settings"],
      ["POST", "/api/reservations/clock/confirm"],
      ["POST", "/api/reservations/recovery/confirm"],
      ["DELETE", "/api/reservations/x"],
    ] as const) {
      expect((await hub.api(method, path, method === "GET" || method === "DELETE" ? undefined : {})).status).toBe(401);
    }
    expect(await overview()).toMatchObject({ reservations: [], recovering: false, classes: [] });
    const made = await reserve(60, 120, { ...place });
    expect(made).toMatchObject({ status: 201, pin: expect.stringMatching(/^\d{6}$/) as string });
    expect(made.link).toBe(`http://hub.example:8080/c/CP1/1#pass=${made.pass}`);
    expect(await reserve(60, 120, { ...place })).toMatchObject({
      status: 201,
      pin: null,
      reservation: made.reservation,
    });
    expect((await overview()).reservations).toMatchObject([{ ...made.reservation, stage: "reserved", from: at(60) }]);
    expect((await overview()).classes).toEqual(["STANDARD"]);
    const { booking } = made.reservation;
    const remove = () => hub.admin("DELETE", `/api/reservations/${booking}`);
    expect(await remove()).toMatchObject({ status: 200, json: { owed: 0 } });
    expect((await remove()).status).toBe(200);
    expect((await overview()).reservations).toEqual([]);
    expect((await overview("?all=true")).reservations).toMatchObject([{ booking, stage: "ended" }]);
    expect(codeOf(await hub.admin("DELETE", "/api/reservations/none"))).toBe("unknown_booking");
  });

  it.each([
    ["on no quarter", { from: at(61) }, 400, "not_on_quarter"],
    ["backwards", { until: at(45) }, 400, "not_on_quarter"],
    ["in the past", { from: at(-60) }, 409, "past"],
    ["too far ahead", { from: at(60 * 24 * 15), until: at(60 * 24 * 15 + 15) }, 409, "too_far"],
    ["at a connector that is not there", { cpId: "CP9", connectorId: 1 }, 404, "no_seat"],
    ["of a class that is not there", { class: "350kW" }, 404, "no_seat"],
    ["at half a connector", { cpId: "CP1" }, 400, "invalid_input"],
  ])("%s are refused", async (_name, more, code, error) => {
    const answer = await hub.admin("POST", "/api/reservations", { ...wish(60, 120), ...more });
    expect(answer.status).toBe(code);
    expect(codeOf(answer)).toBe(error);
  });

  it("are not made twice for one time, nor with a key that was another's", async () => {
    await reserve(60, 120);
    const again = await hub.admin("POST", "/api/reservations", { ...wish(105, 150), key: "another key" });
    expect(codeOf(again)).toBe("taken");
    const reused = await hub.admin("POST", "/api/reservations", { ...wish(150, 180), key: wish(60, 120).key });
    expect(codeOf(reused)).toBe("key_reused");
  });

  it("follow rules that are set here, unless a cloud sets them", async () => {
    const rules = { ...defaultBookingSettings, pricePerHour: 200 };
    expect((await hub.admin("PUT", "/api/reservations/settings", rules)).status).toBe(204);
    expect((await overview()).settings).toEqual(rules);
    expect((await reserve(60, 150)).reservation).toMatchObject({ price: { amount: 300, currency: "EUR" } });
    const ids = { hubId: idOf(1), siteId: idOf(2) };
    await hub.commit({ type: "hub.paired", data: { ...ids, cloudUrl: "http://127.0.0.1:1", epoch: 1 } });
    expect(codeOf(await hub.admin("PUT", "/api/reservations/settings", rules))).toBe("cloud_decides");
  });
});

describe("a driver at the page", () => {
  it("needs a booking where the site asks for one, and charges with its pass and PIN", async () => {
    const made = await reserve(0, 60);
    expect(codeOf(await start({}))).toBe("pass_required");
    expect(codeOf(await start({ pass: made.pass }))).toBe("pin_needed");
    const answer = await start({ pass: made.pass, pin: made.pin });
    expect(answer).toMatchObject({ status: 202, json: { ...place, requestId: expect.any(String) as string } });
    const copied = await hub.api("POST", "/api/start", {
      ...place,
      secret: "o".repeat(40),
      pass: made.pass,
      pin: made.pin,
    });
    expect(copied.status).toBe(409);
    expect(codeOf(copied)).toBe("pass_used");
    expect(codeOf(await hub.admin("DELETE", `/api/reservations/${made.reservation.booking}`))).toBe("booking_used");
  });

  it("charges with reference and PIN, without any script too", async () => {
    const { reservation, pin } = await reserve(0, 60);
    const form = new URLSearchParams({ secret, reference: reservation.reference, pin }).toString();
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const wrong = await hub.api("POST", "/c/CP1/1/start", form.replace(pin, "none"), type);
    expect(wrong.status).toBe(403);
    expect(wrong.text).toContain("This PIN is wrong.");
    const answer = await hub.api("POST", "/c/CP1/1/start", form, type);
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/c/CP1/1"]);
  });

  it("cannot try all PINs", async () => {
    const { reservation } = await reserve(0, 60);
    const { reference } = reservation;
    const codes: string[] = [];
    for (let i = 0; i < 12; i += 1) codes.push(codeOf(await start({ reference, pin: `x${i}` })));
    expect(codes).toEqual([
      ...Array<string>(5).fill("pin_wrong"),
      ...Array<string>(5).fill("pin_blocked"),
      ...Array<string>(2).fill("rate_limited"),
    ]);
    expect(codeOf(await hub.api("POST", "/api/pass/compensation", { ...place, reference, pin: "x" }))).toBe(
      "rate_limited",
    );
  });

  it("who found no place takes his compensation", async () => {
    const { pass, pin } = await reserve(0, 60);
    const give = (more: object) => hub.api("POST", "/api/pass/compensation", { ...place, ...more });
    expect(codeOf(await give({}))).toBe("pass_needed");
    expect(codeOf(await give({ pass, pin }))).toBe("place_free");
    await hub.commit(status("CP1", 1, "Faulted"));
    expect(await give({ pass, pin })).toMatchObject({ status: 200, json: { owed: 0 } });
  });

  it("sees on the page that a connector is reserved, and is refused there", async () => {
    await hub.commit(site({ startPolicy: "open" }));
    await reserve(15, 75);
    await hub.clock.advance(1000);
    await eventually(() => expect(hub.gateway.sent("ReserveNow")).toHaveLength(1));
    const response = await fetch(`${hub.url}/api/page/live?cpId=CP1&connectorId=1`);
    const reader = response.body!.getReader();
    const text = new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    const [, data = ""] = /data: (.*)/.exec(text) ?? [];
    const message = JSON.parse(data) as Extract<LiveMessage, { kind: "view" }>;
    expect(message.view.connector).toMatchObject({
      reservation: { from: at(15), until: at(75), held: true },
      leaveBy: null,
      standby: false,
    });
    const refused = await start({});
    expect(refused).toMatchObject({
      status: 409,
      json: { error: { code: "connector_reserved", details: { from: at(15) } } },
    });
  });

  it("who started unlocks the plug, and nobody else", async () => {
    const unlock = (more: object = {}) => hub.api("POST", "/api/unlock", { ...place, secret, ...more });
    expect(codeOf(await unlock())).toBe("not_yours");
    const { pass, pin } = await reserve(0, 60);
    const { requestId } = (await start({ pass, pin })).json as unknown as { requestId: string };
    await hub.commit(started(idOf(9), { requestId }));
    expect((await unlock()).status).toBe(202);
    expect(codeOf(await unlock({ secret: "o".repeat(40) }))).toBe("not_yours");
    hub.gateway.answers.UnlockConnector = () => ({ status: "UnlockFailed" });
    expect(codeOf(await unlock())).toBe("unlock_failed");
  });
});

describe("the operator", () => {
  it("admits who cannot prove his booking, at the connector that is free", async () => {
    const { reservation, pass } = await reserve(0, 60);
    const { booking } = reservation;
    expect(codeOf(await hub.admin("POST", "/api/reservations/admit", {}))).toBe("invalid_input");
    expect(await hub.admin("POST", "/api/reservations/admit", { booking })).toMatchObject({
      status: 202,
      json: { ...place, requestId: expect.any(String) as string },
    });
    expect(codeOf(await hub.admin("POST", "/api/reservations/admit", { pass, ...place }))).toBe("pass_used");
  });

  it("confirms the clock after it was set ahead", async () => {
    await hub.commit({ type: "clock.doubted", data: { aheadMs: 3_600_000 } });
    expect(await overview()).toMatchObject({ clockCredible: true, clockAheadMs: 3_600_000 });
    expect((await hub.admin("POST", "/api/reservations/clock/confirm", {})).status).toBe(204);
    expect(await overview()).toMatchObject({ clockAheadMs: 0 });
  });

  it("ends a recovery where there is no cloud", async () => {
    await reserve(60, 120);
    const confirm = () => hub.admin("POST", "/api/reservations/recovery/confirm", {});
    expect(codeOf(await confirm())).toBe("not_recovering");
    await hub.commit({ type: "hub.recovering", data: { recovery: "r1" } });
    expect((await overview()).recovering).toBe(true);
    expect(codeOf(await hub.admin("POST", "/api/reservations", { ...wish(150, 180) }))).toBe("recovering");
    expect((await confirm()).status).toBe(204);
    expect(await overview()).toMatchObject({ recovering: false, reservations: [{ doubt: true }] });
    const [{ booking }] = (await overview()).reservations as [Made["reservation"]];
    expect(codeOf(await hub.admin("DELETE", `/api/reservations/${booking}`))).toBe("operator_needed");
  });
});
