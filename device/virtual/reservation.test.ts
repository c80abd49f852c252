import { expect, it } from "vitest";
import { until } from "../../shared/testing/until";
import { Desk } from "./testing/desk";

const desk = new Desk(15);

it("a reservation outlives a power cycle in the VM, keeps others out, and is used by its own tag", async () => {
  const { central } = desk;
  const charger = await desk.power();
  await central.expectStatus("Available");
  const expiryDate = new Date(desk.clock.now() + 86_400_000).toISOString();
  const reservation = { connectorId: 1, reservationId: 2_000_000_123, idTag: "MINE", expiryDate };
  expect(await central.call("CP1", "ReserveNow", reservation)).toEqual({ status: "Accepted" });
  await central.expectStatus("Reserved");
  const from = central.calls.length;
  await charger.reset();
  await central.expectStatus("Reserved", from);
  charger.plug({});
  expect(await central.call("CP1", "RemoteStartTransaction", { idTag: "OTHER" })).toEqual({ status: "Rejected" });
  charger.plant.tap("MINE");
  expect(await central.expectCall("StartTransaction")).toMatchObject({ idTag: "MINE", reservationId: 2_000_000_123 });
  await until("the contactor", () => charger.plant.contactorClosed);
  expect(await central.call("CP1", "CancelReservation", { reservationId: 2_000_000_123 })).toEqual({
    status: "Rejected",
  });
});
