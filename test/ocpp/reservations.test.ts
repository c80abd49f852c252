import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import type { Rpc } from "../support/hub";
import { LoneHub, rpcClient } from "../support/hub";

/**
 * A reservation as a charger meets it that is not ours: the ocpp-rpc client in strict mode at the real hub. The connector is kept for its driver, another's
 * card is refused, the plug of the hub is pulled in mid-start, a copied pass is refused, the holder charges.
 */

const password = "a password of 20 chars";
const place = { cpId: "WS1", connectorId: 1 };
const quarter = 15 * 60_000;
const hub = new LoneHub();
let charger: Rpc;

type Payload = Record<string, unknown>;
/** What the hub asked of the charger, in order. */
const asked: { action: string; payload: Payload }[] = [];
const last = (action: string) => asked.findLast((call) => call.action === action)?.payload as Payload;
const times = (action: string) => asked.filter((call) => call.action === action).length;

const start = (secret: string, shown: object) =>
  fetch(`${hub.url}/api/start`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...place, secret, ...shown }),
  });
const status = (word: string) =>
  charger.call("StatusNotification", { connectorId: 1, status: word, errorCode: "NoError" });
const begin = (idTag: string, more: object = {}) =>
  charger.call("StartTransaction", {
    connectorId: 1,
    idTag,
    meterStart: 1000,
    timestamp: new Date().toISOString(),
    ...more,
  });
const end = (transactionId: unknown, meterStop: number) =>
  charger.call("StopTransaction", { transactionId, meterStop, timestamp: new Date().toISOString() });

async function connect(): Promise<void> {
  charger = rpcClient(hub, "WS1", { password });
  const answers: Record<string, Payload> = {
    ChangeConfiguration: { status: "Accepted" },
    GetConfiguration: { configurationKey: [], unknownKey: [] },
    SendLocalList: { status: "NotSupported" },
    GetLocalListVersion: { listVersion: -1 },
    TriggerMessage: { status: "NotImplemented" },
    UnlockConnector: { status: "Unlocked" },
  };
  const calls = ["ReserveNow", "CancelReservation", "RemoteStartTransaction", "RemoteStopTransaction"];
  for (const action of [...calls, ...Object.keys(answers)]) {
    charger.handle(action, ({ params }) => {
      asked.push({ action, payload: params });
      return answers[action] ?? { status: "Accepted" };
    });
  }
  await charger.connect();
  await charger.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
}

beforeAll(async () => {
  await hub.start();
  await hub.admin("PUT", "/api/charge-points/WS1", { password });
  await hub.admin("PUT", "/api/id-tags/TAG1", { status: "Accepted" });
});

afterAll(() => hub.end());

it("keeps a connector for its driver, through a power cut, and lets nobody else charge", async () => {
  await connect();
  await status("Available");

  // The quarter hour that is nearest: its pass admits from eleven minutes before it to sixteen after.
  const from = Math.round(Date.now() / quarter) * quarter;
  const wish = {
    from: new Date(from).toISOString(),
    until: new Date(from + 4 * quarter).toISOString(),
    key: "the key of this call",
    ...place,
  };
  const { reservation, pass, pin } = await hub.admin<{ reservation: Payload; pass: string; pin: string }>(
    "POST",
    "/api/reservations",
    wish,
  );
  await eventually(() => expect(times("ReserveNow")).toBe(1));
  const kept = last("ReserveNow");
  expect(kept).toMatchObject({ connectorId: 1, reservationId: expect.any(Number) as number });
  await status("Reserved");

  const strange = await begin("TAG1");
  expect(strange).toMatchObject({ idTagInfo: { status: "Invalid" } });
  await eventually(() => expect(last("RemoteStopTransaction")).toEqual({ transactionId: strange.transactionId }));
  await end(strange.transactionId, 1000);
  expect((await start("x".repeat(40), {})).status).toBe(403);
  expect((await start("x".repeat(40), { pass, pin: "no PIN" })).status).toBe(403);

  const secret = "h".repeat(40);
  const answer = await start(secret, { pass, pin });
  expect([answer.status, await answer.json()]).toMatchObject([202, place]);
  await eventually(() => expect(last("RemoteStartTransaction")).toEqual({ connectorId: 1, idTag: kept.idTag }));

  await hub.program.kill();
  await charger.close({ force: true, awaitPending: false });
  await hub.start();
  await connect();
  await status("Reserved");
  // What the charger keeps is told again under the same number, so that it stays one reservation.
  await eventually(() => expect(times("ReserveNow")).toBe(2));
  expect(last("ReserveNow")).toEqual(kept);

  const copied = await start("c".repeat(40), { pass, pin });
  expect([copied.status, await copied.json()]).toMatchObject([409, { error: { code: "pass_used" } }]);
  const { reservationId } = kept;
  const charging = await begin(String(kept.idTag), { reservationId });
  expect(charging).toMatchObject({ idTagInfo: { status: "Accepted" } });
  await status("Charging");
  const list = () => hub.admin<{ reservations: Payload[] }>("GET", "/api/reservations?all=true");
  const { booking } = reservation;
  expect((await list()).reservations).toMatchObject([{ booking, stage: "started", connector: "WS1/1" }]);
  expect((await start("c".repeat(40), { pass, pin })).status).toBe(409);

  await end(charging.transactionId, 6000);
  expect((await list()).reservations).toMatchObject([{ booking, stage: "ended", end: { status: "FULFILLED" } }]);
  expect(times("CancelReservation")).toBe(0);
  const { sessions } = await hub.admin<{ sessions: Payload[] }>("GET", "/api/sessions");
  expect(sessions.map(({ energyWh }) => energyWh).toSorted()).toEqual([0, 5000]);
  await charger.close();
});
