import { afterAll, beforeAll, expect, it } from "vitest";
import { idOf, online, site, started, status } from "../../edge/http/testing/events";
import type { TestHubApp } from "../../edge/http/testing/hub-app";
import { adminToken, startHubApp } from "../../edge/http/testing/hub-app";
import { registered } from "../../edge/testing/registration";
import type { Answer, HubApi } from "./api";
import { hubApi } from "./api";
import { payloads } from "./payloads";

/** The page's idea of the API, held against the hub itself. */
let hub: TestHubApp;
let api: HubApi;
const as = (token: string) => hubApi((path, init) => fetch(`${hub.url}${String(path)}`, init), token);

beforeAll(async () => {
  hub = await startHubApp({
    events: [
      site(),
      registered("CP1", { connectors: 1 }),
      online("CP1"),
      status("CP1", 1, "Faulted"),
      started(idOf(1)),
    ],
  });
  hub.gateway.answers = {
    TriggerMessage: () => ({ status: "Accepted" }),
    RemoteStopTransaction: () => ({ status: "Accepted" }),
  };
  api = as(adminToken);
});
afterAll(() => hub.close());

async function value<T>(answer: Promise<Answer<T>>): Promise<T> {
  const got = await answer;
  if (!got.ok) throw new Error(JSON.stringify(got.error));
  return got.value;
}

it("shows nothing for a wrong token", async () => {
  expect(await as("wrong").site()).toMatchObject({ ok: false, error: { code: "unauthorized" } });
});

it("finds site, chargers, their history and what runs", async () => {
  expect(await value(api.site())).toMatchObject({ name: "Garage", timeZone: "Europe/Berlin" });
  const { chargePoints } = await value(api.chargePoints());
  expect(chargePoints).toMatchObject([
    {
      cpId: "CP1",
      online: true,
      boot: null,
      connectors: [{ connectorId: 1, status: "Faulted", errorCode: "NoError" }],
    },
  ]);
  const { statuses } = await value(api.history("CP1"));
  expect(statuses.map(({ type }) => type)).toContain("connector.status");
  expect(await value(api.pairing())).toMatchObject({ paired: false, cloudUrl: null, feedOpen: false });
  expect(await api.pair({ code: "AAA-BBB-CCC" })).toMatchObject({ ok: false, error: { code: "no_cloud" } });
  const { sessions } = await value(api.sessions());
  expect(sessions).toMatchObject([{ cpId: "CP1", connectorId: 1, endedAt: null, energyWh: 0 }]);
  await value(api.stop(sessions[0]!.id));
  expect(hub.gateway.sent("RemoteStopTransaction")).toHaveLength(1);
});

it("lets in who knocks, with a password or without", async () => {
  hub.pending.note("CP8", "websocket", "192.168.1.8", hub.clock.now());
  hub.pending.note("CP9", "mqtt", "192.168.1.9", hub.clock.now());
  const waiting = (await value(api.pending())).chargePoints;
  expect(waiting).toMatchObject([
    { cpId: "CP8", address: "192.168.1.8", attempts: 1 },
    { cpId: "CP9", transport: "mqtt" },
  ]);
  expect(await api.approve(waiting[0]!, "short")).toMatchObject({ ok: false, error: { code: "invalid_input" } });
  await value(api.approve(waiting[0]!, "long enough"));
  await value(api.approve(waiting[1]!, ""));
  expect((await value(api.pending())).chargePoints).toEqual([]);
  expect((await value(api.chargePoints())).chargePoints.slice(1)).toMatchObject([
    { cpId: "CP8", hasPassword: true },
    { cpId: "CP9", hasPassword: false, plainFrames: true },
  ]);
});

it("reads and sets the load", async () => {
  const { settings, active } = await value(api.load());
  expect(active).toBe(false);
  await value(api.setLoad({ ...settings, limit: { kind: "constant", limitA: 32 } }));
  const view = await value(api.load());
  expect(view).toMatchObject({ active: true, limitA: [32, 32, 32] });
  expect(view.connectors[0]).toMatchObject({
    cpId: "CP1",
    worstCaseA: [expect.any(Number), expect.any(Number), expect.any(Number)],
  });
});

it("reads reservations and says its word on clock and recovery", async () => {
  expect(await value(api.reservations())).toMatchObject({ recovering: false, clockCredible: true, reservations: [] });
  await value(api.confirmClock());
  expect((await api.confirmRecovery()).ok).toBe(false);
  expect((await api.cancel("none")).ok).toBe(false);
  const from = new Date(Math.ceil(hub.clock.now() / 900_000) * 900_000 + 3_600_000).toISOString();
  const until = new Date(Date.parse(from) + 3_600_000).toISOString();
  const wish = { from, until, cpId: "CP1", connectorId: 1, key: "0123456789abcdef" };
  const { reservation, link } = await value(api.reserve(wish));
  expect(link).toContain("#pass=");
  expect(await value(api.reserve(wish))).toMatchObject({ reservation: { booking: reservation.booking } });
  expect((await value(api.reservations())).reservations).toMatchObject([
    {
      booking: reservation.booking,
      seat: "CP1/1",
      from,
      until,
      seller: "hub",
      stage: "reserved",
      cancelPending: false,
    },
  ]);
  await value(api.cancel(reservation.booking));
  expect((await value(api.reservations())).reservations).toEqual([]);
});

it("sends calls, and gives the charger's answer", async () => {
  expect(await value(api.call("CP1", "TriggerMessage", payloads.TriggerMessage))).toEqual({
    result: { status: "Accepted" },
  });
  expect(await api.call("CP7", "TriggerMessage", {})).toMatchObject({
    ok: false,
    error: { code: "unknown_charge_point" },
  });
});

it("takes an answer that is no JSON for a hub that is not there", async () => {
  const api = hubApi((async () => new Response("<html>", { status: 502 })) as typeof globalThis.fetch, "t");
  expect(await api.site()).toEqual({ ok: false, error: { code: "network", detail: "" } });
});
