import { expect, it } from "vitest";
import { calls } from "./ocpp/calls";
import { startProfile } from "./start-profile";
import { Decider } from "./testing/handle";
import { registered } from "./testing/registration";

const place = { cpId: "CP1", connectorId: 1 };

it("is what the owner allows the charge point, in a form that may be sent", () => {
  const chargingProfile = startProfile(new Decider(registered("CP1", { maxCurrentA: 16 })).state, place);
  expect(chargingProfile).toMatchObject({ chargingProfilePurpose: "TxProfile", stackLevel: 0 });
  expect(chargingProfile?.chargingSchedule.chargingSchedulePeriod).toEqual([{ startPeriod: 0, limit: 16 }]);
  const { request } = calls.RemoteStartTransaction;
  expect(request.safeParse({ connectorId: 1, idTag: "T", chargingProfile }).success).toBe(true);
});

it("is none where nothing is set, nor where load management has told the connector its limits", () => {
  expect(startProfile(new Decider().state, place)).toBeNull();
  expect(startProfile(new Decider().state, { ...place, cpId: "CP9" })).toBeNull();
  const hub = new Decider(registered("CP1", { maxCurrentA: 16 }), {
    type: "load.held",
    data: { ...place, storedA: 6, ceilingA: 16 },
  });
  expect(startProfile(hub.state, place)).toBeNull();
});
