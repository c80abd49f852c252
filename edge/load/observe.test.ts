import { describe, expect, it } from "vitest";
import { loadSettingsSchema } from "../../shared/load";
import { SimSite } from "./testing/site";
import { outlets } from "./observe";
import { askConfiguration, askReading, release, tell } from "./sender";
import { newLink } from "./link";
import type { Gateway } from "../gateway";
import { AppError } from "../../shared/error";
import { registration } from "../testing/registration";

const settings = loadSettingsSchema.parse({
  connectors: [{ cpId: "A", connectorId: 1, phases: 1, rotation: "STR", priority: 3 }],
});

describe("the outlets of a site", () => {
  const site = new SimSite(null, [{ cpId: "A" }]);
  const all = (isConnected = false) => outlets(site.store.state, settings, () => isConnected);

  it("are none of a charge point that nobody has ever seen", () => {
    expect(all()).toEqual([]);
    expect(all(true)).toHaveLength(1);
  });

  it("are as many as are registered or have been seen, with what nobody said taken as usual", async () => {
    const data = registration("A", { connectors: 2 });
    await site.store.commit(() => ({ reply: undefined, events: [{ type: "chargePoint.registered", data }] }));
    const status = site.charger("A").status("SuspendedEV");
    const third = { ...status, data: { ...status.data, connectorId: 3 } } as typeof status;
    await site.store.commit(() => ({ reply: undefined, events: [third] }));
    const found = all();
    expect(found.map(({ key, connectors }) => `${key} of ${connectors}`)).toEqual(["A/1 of 3", "A/2 of 3", "A/3 of 3"]);
    expect(found[0]).toMatchObject({ ratedA: 32, ratedKnown: false, priority: 3, wired: [false, true, false] });
    expect(found[1]).toMatchObject({ priority: 0, phases: 3, wired: [true, true, true], suspendedSince: null });
    expect(found[2]).toMatchObject({ inUse: true, suspendedSince: site.clock.now(), connected: false });
  });

  it("cannot be told anything while their boot is not accepted", async () => {
    const boot = { cpId: "A", accepted: false, vendor: "V", model: "M", serialNumber: null, firmwareVersion: null };
    await site.store.commit(() => ({ reply: undefined, events: [{ type: "chargePoint.booted", data: boot }] }));
    expect(all(true).every(({ connected }) => !connected)).toBe(true);
  });
});

describe("calls to a charger", () => {
  const gateway = (answer: () => unknown) => ({ call: async () => answer() }) as unknown as Pick<Gateway, "call">;
  const failing = (code: string) =>
    gateway(() => {
      throw new AppError(code, "It failed.");
    });
  const way = { via: "tx", unit: "A", kind: "Relative" } as const;
  const profile = {
    connectorId: 1,
    register: "tx",
    limitA: 6,
    way,
    phases: 3,
    stackLevel: 0,
    transactionId: 1,
  } as const;

  it.each([
    [gateway(() => ({ status: "Accepted" })), "accepted"],
    [gateway(() => ({ status: "Rejected" })), "refused"],
    [gateway(() => ({ status: "NotSupported" })), "refused"],
    [failing("call_error"), "refused"],
    [failing("call_timeout"), "unknown"],
    [failing("charge_point_offline"), "unknown"],
    [failing("invalid_response"), "unknown"],
    [
      gateway(() => {
        throw new Error("a slip");
      }),
      "unknown",
    ],
  ])("say how it took a limit (%#)", async (calls, outcome) => {
    expect(await tell(calls, "A", profile, true)).toBe(outcome);
  });

  it("take everything back, whether it was there or not", async () => {
    expect(
      await release(
        gateway(() => ({ status: "Unknown" })),
        "A",
        1,
      ),
    ).toBe("accepted");
    expect(await release(failing("call_error"), "A", 1)).toBe("refused");
  });

  it("ask for its ways and for a reading, and take no for an answer", async () => {
    const configurationKey = [{ key: "ChargeProfileMaxStackLevel", value: "3" }, { key: "Other" }];
    expect(
      (
        await askConfiguration(
          gateway(() => ({ configurationKey })),
          "A",
          () => newLink,
        )
      ).stackLevel,
    ).toBe(3);
    expect(
      await askConfiguration(
        gateway(() => ({})),
        "A",
        () => newLink,
      ),
    ).toMatchObject({ asked: true, units: null });
    expect(await askConfiguration(failing("call_timeout"), "A", () => newLink)).toMatchObject({ asked: true });
    expect(
      await askReading(
        gateway(() => ({ status: "Accepted" })),
        "A",
        1,
      ),
    ).toBe("accepted");
    expect(
      await askReading(
        gateway(() => ({ status: "NotImplemented" })),
        "A",
        1,
      ),
    ).toBe("refused");
    expect(await askReading(failing("call_error"), "A", 1)).toBe("refused");
    expect(await askReading(failing("call_timeout"), "A", 1)).toBe("unknown");
  });
});
