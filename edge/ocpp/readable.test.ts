import fc from "fast-check";
import { expect, it } from "vitest";
import { streamEventSchema } from "../../shared/events";
import { Decider } from "../testing/handle";
import { routeOf, routes } from "./routes";

/** One event that the cloud cannot read holds up all that comes after it, of every charger of the site. */

const numbers = [0, 1, -1, 1.5, 1000, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e300, -1e300];
const times = ["2026-11-21T12:00:00Z", "2026-11-21 12:00:00", "1970-01-01T00:00:00Z", "+275760-09-12T00:00:00Z"];
const texts = [
  "",
  "TAG1",
  "x".repeat(2500),
  "\0",
  "\ud800",
  "__proto__",
  "constructor",
  "1e99",
  "99999999999999999999",
];
const odd = fc.constantFrom<unknown>(...numbers, ...texts, null, true, [], {});
const mostly = (...values: unknown[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: odd });
const sample = fc.record({
  value: mostly("9007199254740991", "1E+99", "-5", "0.1", "1234"),
  unit: mostly("Wh", "kWh", "MWh", "W"),
  phase: fc.constantFrom("L1", "L2", "L3", undefined),
  measurand: mostly("Energy.Active.Import.Register", "Power.Active.Import"),
});
const meterValue = fc.array(
  fc.record({ timestamp: mostly(...times), sampledValue: fc.array(sample, { maxLength: 3 }) }),
  { maxLength: 2 },
);
const connectorId = mostly(1, 1, 2, 0);
const transactionId = mostly(101, 102, 103, 104, 0, -1);
const register = mostly(...numbers);
const [idTag, timestamp, text] = [mostly("TAG1", ...texts), mostly(...times), mostly(...texts)];
const requests = {
  StartTransaction: fc.record({ connectorId, idTag, meterStart: register, timestamp, reservationId: odd }),
  StopTransaction: fc.record({
    transactionId,
    meterStop: register,
    timestamp,
    reason: text,
    transactionData: meterValue,
  }),
  MeterValues: fc.record({ connectorId, transactionId, meterValue }),
  StatusNotification: fc.record({
    connectorId,
    status: mostly("Available", "Charging", "Faulted"),
    errorCode: text,
    info: text,
    timestamp,
  }),
  BootNotification: fc.record({ chargePointVendor: text, chargePointModel: text, firmwareVersion: text }),
};
const other = fc.record({ status: text, requestId: odd, type: text, timestamp, techInfo: text, csr: text, idTag });
const message = fc.oneof(
  ...Object.entries(requests).map(([action, payload]) => fc.tuple(fc.constant(action), payload)),
  fc.tuple(fc.constantFrom(...Object.keys(routes)), other),
);

it("whatever a charger says, the cloud can read what comes of it", () => {
  let heard = 0;
  const property = fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
    const hub = new Decider();
    for (const [action, payload] of messages) {
      if (!routeOf(action)?.request.safeParse(payload).success) continue;
      heard += 1;
      hub.handle(action as keyof typeof routes, payload);
    }
    for (const { id, seq, at, type, data } of hub.events) {
      const sent: unknown = JSON.parse(JSON.stringify({ id, seq, at, type, data }));
      const read = streamEventSchema.safeParse(sent);
      expect(read.success ? null : [sent, read.error.message]).toBeNull();
    }
  });
  fc.assert(property, { seed: 1, numRuns: 400 });
  expect(heard).toBeGreaterThan(500);
});
