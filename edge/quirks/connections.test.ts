import { describe, expect, it } from "vitest";
import { startTestHub } from "../testing/hub";
import { charger, hub, neighbour, now, ocppError, useQuirkSite } from "../testing/quirk-site";
import { registered } from "../testing/registration";
import { WsCharger } from "../testing/ws-charger";

useQuirkSite();

it("8: no BootNotification: accepted, and asked for once", async () => {
  charger.on("TriggerMessage", () => ({ status: "Accepted" }));
  await charger.call("StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" });
  for (let second = 0; second < 40; second += 1) hub.liveness.tick();
  await charger.until(() => charger.calls.length > 0);
  const back = await WsCharger.connect(hub.url, "CP1");
  await back.call("Heartbeat", {});
  for (let second = 0; second < 20; second += 1) hub.liveness.tick();
  await back.call("Heartbeat", {});
  expect(back.calls).toEqual([]);
  expect(charger.calls).toMatchObject([
    { action: "TriggerMessage", payload: { requestedMessage: "BootNotification" } },
  ]);
});

describe("10: subprotocols", () => {
  it("ocpp1.6 is picked among several, in the charger's spelling", async () => {
    const several = await WsCharger.connect(hub.url, "CP1", { protocols: ["ocpp2.0.1", "OCPP1.6", "ocpp1.5"] });
    expect(several.socket.protocol).toBe("OCPP1.6");
  });

  it.each([[["ocpp2.0.1", "ocpp1.5"]], [[]]])("without it the handshake is refused: %j", async (protocols) => {
    await expect(WsCharger.connect(hub.url, "CP1", { protocols })).rejects.toEqual(ocppError("400"));
  });

  it("a setting accepts none", async () => {
    const lenient = await startTestHub({ acceptNoSubprotocol: true, events: [registered("CP1")] });
    const old = await WsCharger.connect(lenient.url, "CP1", { protocols: [] });
    expect(await old.call("Heartbeat", {})).toEqual({ currentTime: now });
    await lenient.close();
  });
});

describe("11: addresses", () => {
  it.each(["/CP1", "CP1/", "%43P1", "CP1?x=1"])("/ocpp/%s is CP1", async (path) => {
    const socket = await WsCharger.connect(hub.url, path);
    await socket.call("StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" });
    expect(hub.store.state.chargePoints.CP1?.connectors[1]?.status).toBe("Available");
  });

  it.each([
    ["NOBODY", "404"],
    ["", "400"],
    ["%zz", "400"],
    ["A%2FB", "400"],
    ["CP1/extra", "404"],
  ])("/ocpp/%s is refused with %s", async (path, status) => {
    await expect(WsCharger.connect(hub.url, path)).rejects.toEqual(ocppError(status));
  });

  it("a stranger is noted for the owner", async () => {
    await expect(WsCharger.connect(hub.url, "NEW1")).rejects.toEqual(ocppError("404"));
    await expect(WsCharger.connect(hub.url, "NEW1")).rejects.toEqual(ocppError("404"));
    expect(hub.pending.list()).toMatchObject([{ cpId: "NEW1", transport: "websocket", attempts: 2 }]);
  });
});

it("12: the newest socket wins, and the old one's end does not touch it", async () => {
  const newer = await WsCharger.connect(hub.url, "CP1");
  expect(await charger.closed()).toBe(1008);
  newer.on("ClearCache", () => ({ status: "Accepted" }));
  expect(hub.peers.isConnected("CP1")).toBe(true);
  expect(await hub.peers.call("CP1", "ClearCache", {})).toEqual({ status: "Accepted" });
});

it("13: every frame keeps a charger alive; only silence closes its socket", async () => {
  const wait = async (seconds: number) => {
    for (let i = 0; i < seconds; i += 1) hub.liveness.tick();
    await neighbour.call("Heartbeat", {});
  };
  const online = () => hub.store.state.chargePoints.CP1?.online;
  await charger.call("Heartbeat", {});
  expect(online()).toBe(true);
  await wait(59);
  expect(online()).toBe(true);
  const pong = new Promise((resolve) => charger.socket.once("pong", resolve));
  charger.socket.ping();
  await pong;
  await wait(59);
  expect(online()).toBe(true);
  await wait(1);
  expect(online()).toBe(false);
  await wait(74);
  expect(charger.closeCode).toBeNull();
  expect(hub.peers.isConnected("CP1")).toBe(true);
  await wait(1);
  expect(await charger.closed()).toBe(1008);
});
