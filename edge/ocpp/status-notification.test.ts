import { expect, it } from "vitest";
import { connectorStatuses } from "../../shared/ocpp";
import { Decider } from "../testing/handle";

const status = (status: string, more: object = {}) => ({ connectorId: 1, status, errorCode: "NoError", ...more });

it("keeps every change, with the charger's own words", () => {
  const hub = new Decider();
  for (const each of connectorStatuses) hub.handle("StatusNotification", status(each));
  expect(hub.events.filter(({ type }) => type === "connector.status")).toHaveLength(connectorStatuses.length);
  const more = { errorCode: "GroundFailure", info: "wet", vendorErrorCode: "E7", timestamp: "x", vendorId: "ACME" };
  const { reply, events } = hub.handle("StatusNotification", status("Faulted", more));
  expect(reply).toEqual({});
  expect(events).toEqual([
    {
      type: "connector.status",
      data: {
        cpId: "CP1",
        connectorId: 1,
        status: "Faulted",
        errorCode: "GroundFailure",
        info: "wet",
        vendorErrorCode: "E7",
        chargerTime: "x",
      },
    },
  ]);
  expect(hub.state.chargePoints.CP1?.connectors[1]).toMatchObject({ status: "Faulted", info: "wet" });
});

it("writes the same status once, unless a session runs there", () => {
  const hub = new Decider();
  expect(hub.handle("StatusNotification", status("Available")).events).toHaveLength(1);
  expect(hub.handle("StatusNotification", status("Available", { errorCode: null })).events).toHaveLength(0);
  expect(hub.handle("StatusNotification", status("Available", { info: "new" })).events).toHaveLength(1);
  expect(hub.handle("StatusNotification", status("Available", { connectorId: 0 })).events).toHaveLength(1);
  const start = { connectorId: 1, idTag: "T", meterStart: 0, timestamp: "2026-11-21T12:00:00Z" };
  hub.handle("StartTransaction", start);
  hub.handle("StatusNotification", status("Available", { info: "new" }));
  expect(Object.values(hub.state.openSessions)[0]?.abandonedSince).toBe("2026-11-21T12:00:00.000Z");
});
