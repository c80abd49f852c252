import { expect, it } from "vitest";
import { slotOf } from "../../shared/booking";
import { connectorsFor } from "./connectors";
import { bookingOf } from "./state";
import { secretOf, testSite } from "./testing/site";

/** A driver without a booking at a site whose cloud has the next cells and says nothing (Rule 4). */

it("goes on as a standby where the cloud is silent: his cells are over, and nobody is known to wait", async () => {
  const only = await testSite({ cpIds: ["CP1"] });
  await only.reserve(600, 660);
  await only.begin("CP1", "CARD");
  await only.status("CP1", "Charging");
  const from = slotOf(only.at(60));
  await only.commit({
    type: "cells.granted",
    data: { seat: "CP1/1", spans: [{ from, to: from + 20 }], requestId: null },
  });
  const seen = () =>
    connectorsFor(only.store.state, { sale: null, at: null, now: only.clock.now() }).map(({ state }) => state);
  await only.after(50);
  expect(seen()).toEqual(["occupied"]);
  await only.after(70);
  expect(seen()).toEqual(["standby"]);
  expect(only.gateway.sent("SetChargingProfile")).toEqual([]);
  expect(only.gateway.sent("RemoteStopTransaction")).toEqual([]);
  await only.close();
});

it("may begin where the next cells are the cloud's, as long as nobody is known to wait", async () => {
  const only = await testSite({ cpIds: ["CP1"] });
  await only.reserve(600, 660);
  const from = slotOf(only.at(0)) + 1;
  const spans = [{ from, to: from + 20 }];
  await only.commit({ type: "cells.granted", data: { seat: "CP1/1", spans, requestId: null } });
  await only.after(10);
  await only.starter.startBySecret({ cpId: "CP1", connectorId: 1 }, secretOf("x"));
  await only.close();
});

it("leaves for a booked driver, whose own charge then begins with his time whole", async () => {
  const only = await testSite({ cpIds: ["CP1"] });
  const place = { cpId: "CP1", connectorId: 1 };
  const { sale, pass, pin } = await only.reserve(60, 120);
  await only.begin("CP1", "CARD");
  await only.status("CP1", "Charging");
  const walkIn = Object.values(bookingOf(only.store.state).book.sales).find(({ use }) => use?.by === "walkIn");
  await only.after(62);
  const told = only.gateway.sent("SetChargingProfile").length;
  const show = () => only.bookings.admitDriver(place, { pass, pin: pin ?? undefined }, secretOf("b"));
  expect(await show()).toMatchObject({ requestId: null });
  await only.quiet();
  expect(only.gateway.sent("RemoteStopTransaction")).not.toEqual([]);
  await only.end("CP1");
  await only.status("CP1", "Preparing");
  expect(only.sale(walkIn!).end?.status).toBe("FULFILLED");
  expect(await show()).toMatchObject({ cpId: "CP1" });
  await only.quiet();
  await only.begin("CP1");
  await only.after(5);
  expect(only.sale(sale).stage).toBe("started");
  expect(only.gateway.sent("SetChargingProfile")).toHaveLength(told);
  await only.close();
});

it("a charge whose session a lost disk had is over", async () => {
  const only = await testSite({ cpIds: ["CP1"] });
  const { sale } = await only.reserve(0, 60);
  const { booking, version } = sale;
  const which = { booking, version };
  await only.commit(
    {
      type: "booking.admitted",
      data: { ...which, connector: "CP1/1", at: new Date(only.at(1)).toISOString(), by: "pass" },
    },
    { type: "booking.started", data: which },
  );
  await only.after(1);
  expect(only.sale(sale).end?.status).toBe("FULFILLED");
  await only.close();
});

it("gets current again when the driver who was waited for does not come", async () => {
  const only = await testSite({ cpIds: ["CP1"] });
  only.gateway.answers.ClearChargingProfile = () => ({ status: "Accepted" });
  const { sale } = await only.reserve(60, 120);
  await only.begin("CP1", "CARD");
  await only.status("CP1", "Charging");
  await only.after(56);
  expect(only.gateway.sent("SetChargingProfile")).toHaveLength(1);
  expect(only.gateway.sent("ClearChargingProfile")).toEqual([]);
  await only.after(24);
  expect(only.sale(sale).end?.status).toBe("NO_SHOW");
  expect(only.gateway.sent("ClearChargingProfile")).toEqual([{ id: 9001 }]);
  expect(only.gateway.sent("RemoteStopTransaction")).toEqual([]);
  await only.close();
});

it("goes before a booking that is known, also over cells that are the cloud's; one that is over is nobody's", async () => {
  const only = await testSite({ cpIds: ["CP1"] });
  await only.reserve(120, 180);
  const from = slotOf(only.at(60));
  await only.commit({
    type: "cells.granted",
    data: { seat: "CP1/1", spans: [{ from, to: from + 4 }], requestId: null },
  });
  await only.begin("CP1", "CARD");
  await only.status("CP1", "Charging");
  await only.after(110);
  expect(only.gateway.sent("SetChargingProfile")).toEqual([]);
  await only.after(6);
  expect(only.gateway.sent("SetChargingProfile")).toHaveLength(1);
  await only.close();
});
