import { expect, it } from "vitest";
import { Decider } from "../testing/handle";
import { registered } from "../testing/registration";
import { isAsRegistered } from "./boot-notification";

const boot = { chargePointVendor: "ACME", chargePointModel: "One" };

it("accepts a registered charger, tells it heartbeat and time, and configures it", () => {
  const hub = new Decider();
  const { reply, events, after } = hub.handle("BootNotification", { ...boot, chargeBoxSerialNumber: "B7" });
  expect(reply).toEqual({ status: "Accepted", currentTime: "2026-11-21T12:00:00.000Z", interval: 45 });
  const told = { cpId: "CP1", accepted: true, vendor: "ACME", model: "One", serialNumber: "B7", firmwareVersion: null };
  expect(events).toEqual([{ type: "chargePoint.booted", data: told }]);
  expect(after).toEqual([{ do: "configure" }]);
});

it.each([{ vendor: "Other" }, { model: "Two" }, { serialNumber: "S1" }])("rejects one that is not %j", (wanted) => {
  const hub = new Decider(registered("CP1", wanted));
  const { reply, events, after } = hub.handle("BootNotification", boot);
  expect(reply).toMatchObject({ status: "Rejected", interval: 60 });
  expect(events).toMatchObject([{ type: "chargePoint.booted", data: { accepted: false } }]);
  expect(after).toBeUndefined();
});

it("rejects one that nobody registered (any more)", () => {
  expect(new Decider().handle("BootNotification", boot, "CP9").reply).toMatchObject({ status: "Rejected" });
});

it("compares without regard to case and spaces around, and keeps 60 characters", () => {
  const hub = new Decider(registered("CP1", { vendor: " acme", model: "ONE ", serialNumber: "s1" }));
  const more = { chargePointSerialNumber: "S1", firmwareVersion: "v".repeat(100) };
  expect(hub.handle("BootNotification", { ...boot, ...more }).reply).toMatchObject({ status: "Accepted" });
  expect(hub.state.chargePoints.CP1?.boot?.firmwareVersion).toHaveLength(60);
  const registration = hub.state.chargePoints.CP1?.registration;
  expect(registration && isAsRegistered(registration, { vendor: "ACME", model: "One", serialNumber: null })).toBe(
    false,
  );
});
