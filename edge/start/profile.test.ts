import { expect, it } from "vitest";
import { loadSettingsSchema } from "../../shared/load";
import { calls } from "../ocpp/calls";
import { startProfile } from "./profile";
import { Decider } from "../testing/handle";
import { registered } from "../testing/registration";

const place = { cpId: "CP1", connectorId: 1 };

it("is what the owner allows the charge point, in a form that may be sent", () => {
  const chargingProfile = startProfile(new Decider(registered("CP1", { maxCurrentA: 16 })).state, place);
  expect(chargingProfile).toMatchObject({ chargingProfilePurpose: "TxProfile", stackLevel: 0 });
  expect(chargingProfile?.chargingSchedule.chargingSchedulePeriod).toEqual([{ startPeriod: 0, limit: 16 }]);
  const { request } = calls.RemoteStartTransaction;
  expect(request.safeParse({ connectorId: 1, idTag: "T", chargingProfile }).success).toBe(true);
});

it("is none where nothing is set, nor where load management shares a limit, or a charger holds one", () => {
  expect(startProfile(new Decider().state, place)).toBeNull();
  expect(startProfile(new Decider().state, { ...place, cpId: "CP9" })).toBeNull();
  const hub = new Decider(registered("CP1", { maxCurrentA: 16 }), {
    type: "load.held",
    data: { cpId: "CP2", connectorId: 1, storedA: 6, ceilingA: 16 },
  });
  expect(startProfile(hub.state, place)).toBeNull();
  hub.apply([
    { type: "load.held", data: { cpId: "CP2", connectorId: 1, storedA: null, ceilingA: 16 } },
    { type: "load.set", data: loadSettingsSchema.parse({}) },
  ]);
  expect(startProfile(hub.state, place)).not.toBeNull();
  const limit = { kind: "constant", limitA: [32, 32, 32] };
  hub.apply([{ type: "load.set", data: loadSettingsSchema.parse({ limit }) }]);
  expect(startProfile(hub.state, place)).toBeNull();
});
