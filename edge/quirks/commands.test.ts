import { describe, expect, it } from "vitest";
import { charger, hub, useQuirkSite } from "../testing/quirk-site";
import { OcppError } from "../testing/ws-charger";

useQuirkSite();

describe("15: commands", () => {
  it("are one at a time, and answered out of order or late they disturb nobody", async () => {
    const first = hub.peers.call("CP1", "Reset", { type: "Soft" }, { timeoutMs: 1000 });
    const second = hub.peers.call("CP1", "ClearCache", {}, { timeoutMs: 5000 });
    const lost = expect(first).rejects.toMatchObject({ code: "call_timeout", status: 504 });
    await charger.until(() => charger.calls.length > 0);
    expect(charger.calls.map(({ action }) => action)).toEqual(["Reset"]);
    await hub.clock.advance(1000);
    await lost;
    await charger.until(() => charger.calls.length > 1);
    const [reset, clear] = charger.calls;
    charger.send(JSON.stringify([3, reset?.id, { status: "Accepted" }]));
    charger.send(JSON.stringify([3, "nobody's", {}]));
    charger.send(JSON.stringify([3, clear?.id, { status: "Rejected" }]));
    expect(await second).toEqual({ status: "Rejected" });
  });

  it("that timed out in the queue are never delivered", async () => {
    const first = hub.peers.call("CP1", "Reset", { type: "Soft" }, { timeoutMs: 5000 });
    const second = hub.peers.call("CP1", "ClearCache", {}, { timeoutMs: 1000 });
    const lost = [first, second].map((call) => expect(call).rejects.toMatchObject({ code: "call_timeout" }));
    await hub.clock.advance(5000);
    await Promise.all(lost);
    await charger.call("Heartbeat", {});
    expect(charger.calls.map(({ action }) => action)).toEqual(["Reset"]);
  });

  it("answered with CALLERROR say so", async () => {
    charger.on("UnlockConnector", () => {
      throw new OcppError("NotSupported", "");
    });
    await expect(hub.peers.call("CP1", "UnlockConnector", { connectorId: 1 })).rejects.toMatchObject({
      code: "call_error",
      details: { code: "NotSupported", description: "" },
    });
  });

  it("end with the connection", async () => {
    const call = expect(hub.peers.call("CP1", "ClearCache", {})).rejects.toMatchObject({
      code: "charge_point_offline",
    });
    await charger.until(() => charger.calls.length > 0);
    charger.socket.terminate();
    await call;
  });
});
