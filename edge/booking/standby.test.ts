import { expect, it } from "vitest";
import { slotOf } from "../../shared/booking";
import { connectorsFor } from "./connectors";
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
