import { beforeEach, describe, expect, it, vi } from "vitest";
import vectors from "../../shared/sealed/vectors.json";
import { until } from "../../shared/testing/until";
import { Desk } from "./testing/desk";

/** The first nonces that the VM draws; real ones when there are none left. */
const drawn = vi.hoisted(() => ({ nonces: [] as Buffer[] }));

vi.mock("node:crypto", async (original) => {
  const crypto = await original<typeof import("node:crypto")>();
  const randomBytes = (size: number): Buffer =>
    size === 16 ? (drawn.nonces.shift() ?? crypto.randomBytes(size)) : crypto.randomBytes(size);
  return { ...crypto, randomBytes };
});

const desk = new Desk(15);
const { key } = vectors;

beforeEach(() => {
  drawn.nonces = [];
  desk.central.keys = { CP1: key };
  desk.central.passwords = { CP1: vectors.mqttPassword };
});

/** The charger's count of frames that it has refused. */
async function refusedFrames(): Promise<number> {
  const answer = await desk.central.call("CP1", "GetConfiguration", { key: ["RefusedFrames"] });
  return Number((answer as { configurationKey: { value: string }[] }).configurationKey[0]?.value);
}

describe("sealed frames of the VM's program", () => {
  it("are to the byte what the vectors say, in both directions", async () => {
    const { central } = desk;
    // for each attempt to connect: on a busy machine the first may fail
    drawn.nonces = Array.from({ length: 9 }, () => Buffer.from(vectors.chargerNonce, "hex"));
    central.nonces = Array.from({ length: 9 }, () => Buffer.from(vectors.hubNonce, "hex"));
    const [bootAnswer, ...calls] = vectors.down;
    central.script["BootNotification"] = () => (JSON.parse(bootAnswer?.text ?? "") as [3, string, object])[2] as never;
    await desk.power({ key });
    await central.expectStatus("Available");
    const [hello, boot] = central.published.map((payload) => payload.toString("hex"));
    expect([hello, boot]).toEqual([vectors.hello, vectors.up[0]?.payload]);
    expect(central.calls[0]?.action).toBe("BootNotification");
    const [clear, change] = calls.map(({ payload }) => Buffer.from(payload, "hex"));
    // the hub of this test has used the counters 0 and on itself: only the last is new to the charger
    central.send("CP1", clear);
    central.send("CP1", change);
    // the key in it is no CiString
    const answer = await until("its answer", () => central.replies.get("h2"));
    expect(answer.slice(0, 3)).toEqual([4, "h2", "FormationViolation"]);
    expect(central.replies.has("h1")).toBe(false);
  });

  it("that are changed, cut, said before or late are refused and counted; what is true is obeyed once", async () => {
    const { central } = desk;
    const charger = await desk.charging({ key });
    expect(await refusedFrames()).toBe(0);
    let before: Buffer = Buffer.alloc(0);
    central.onTheLine = (frame) => {
      const changed = Buffer.from(frame);
      changed[9] = (changed[9] ?? 0) ^ 1;
      const all = [changed, frame.subarray(0, 20), frame.subarray(0, -1), Buffer.from([3]), frame, frame, before];
      before = frame;
      return all;
    };
    central.send("CP1", Buffer.from('[2,"plain","Reset",{"type":"Hard"}]'));
    const limit = { chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] };
    const profile = { chargingProfileId: 1, stackLevel: 0, chargingProfilePurpose: "TxDefaultProfile" };
    const csChargingProfiles = { ...profile, chargingProfileKind: "Relative", chargingSchedule: limit };
    expect(await central.call("CP1", "SetChargingProfile", { connectorId: 1, csChargingProfiles })).toEqual({
      status: "Accepted",
    });
    await until("less current", () => charger.plant.currentA === 10);
    central.onTheLine = (frame) => [frame];
    expect(await refusedFrames()).toBeGreaterThanOrEqual(7);
    expect(central.replies.has("plain")).toBe(false);
    expect([central.refused, charger.panics]).toEqual([0, 0]);
  });

  it("are not exchanged with a hub that has another key, until it has the right one", async () => {
    const { central } = desk;
    central.keys = { CP1: "ff".repeat(32) };
    const charger = await desk.power({ key });
    await until("the refusal", () => charger.view().log.some((line) => line.includes("does not know our key")));
    expect(central.calls).toEqual([]);
    expect(central.refused).toBeGreaterThan(0);
    central.keys = { CP1: key };
    await central.expectStatus("Available");
  });

  it("begin anew with a hub that was restored and a charger that was reset, in the middle of a session", async () => {
    const { central } = desk;
    const charger = await desk.charging({ key });
    await central.expectCall("MeterValues", 1);
    await central.stop();
    await central.start();
    await central.expectCall("MeterValues", 3);
    await charger.reset();
    expect(await central.expectCall("StopTransaction")).toMatchObject({ reason: "PowerLoss" });
    expect(central.refused).toBe(0);
    const hellos = central.published.filter((payload) => payload[0] === 1).map((payload) => payload.toString("hex"));
    expect(new Set(hellos).size).toBe(hellos.length);
  });
});
