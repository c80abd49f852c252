import { expect, it } from "vitest";
import { Decider } from "../testing/handle";

const start = { connectorId: 1, idTag: "T", meterStart: 1000, timestamp: "2026-11-21T11:00:00Z" };
const value = (timestamp: string | null, wh: number, ...more: object[]) => ({
  timestamp,
  sampledValue: [{ value: String(wh) }, ...more],
});

function running() {
  const hub = new Decider();
  const { reply } = hub.handle("StartTransaction", start);
  const session = () => Object.values(hub.state.openSessions)[0]?.session;
  return { hub, transactionId: reply.transactionId as number, session };
}

it("a reading moves the session on, and is kept to the letter", () => {
  const { hub, transactionId, session } = running();
  const power = { value: "7.36", unit: "kW", measurand: "Power.Active.Import" };
  const signed = { value: "OCMF|{}|{}", format: "SignedData" };
  const meterValue = [value("2026-11-21T11:30:00Z", 1500, power, signed)];
  const { reply, events } = hub.handle("MeterValues", { connectorId: 1, transactionId, meterValue });
  expect(reply).toEqual({});
  expect(events).toEqual([
    {
      type: "session.metered",
      data: {
        id: session()?.id,
        cpId: "CP1",
        connectorId: 1,
        at: "2026-11-21T11:30:00.000Z",
        registerWh: 1500,
        powerW: 7360,
        samples: [
          {
            at: "2026-11-21T11:30:00.000Z",
            chargerTime: "2026-11-21T11:30:00Z",
            values: [{ value: "1500" }, power, signed],
          },
        ],
      },
    },
  ]);
  expect(session()).toMatchObject({ energyWh: 500, powerW: 7360, lastReadingAt: "2026-11-21T11:30:00.000Z" });
});

it("several readings of one message count in their order; an older one is kept, but moves nothing", () => {
  const { hub, transactionId, session } = running();
  const meterValue = [
    value("2026-11-21T11:10:00Z", 1100),
    value("2026-11-21T11:20:00Z", 1200),
    value("2026-11-21T11:15:00Z", 1900),
  ];
  const { events } = hub.handle("MeterValues", { connectorId: 1, transactionId, meterValue });
  expect(events.map(({ data }) => (data as { registerWh: number | null }).registerWh)).toEqual([1100, 1200, null]);
  expect(session()?.energyWh).toBe(200);
});

it("rounding below the last register is nothing to suspect; a fall is, and from then on no register counts", () => {
  const { hub, transactionId, session } = running();
  const tell = (minute: number, wh: number) =>
    hub.handle("MeterValues", {
      connectorId: 1,
      transactionId,
      meterValue: [value(`2026-11-21T11:${minute}:00Z`, wh)],
    });
  tell(10, 1500);
  tell(11, 1495);
  expect(Object.values(hub.state.openSessions)[0]?.suspicious).toBe(false);
  tell(12, 1400);
  tell(13, 1700);
  expect(Object.values(hub.state.openSessions)[0]?.suspicious).toBe(true);
  expect(session()?.energyWh).toBe(500);
});

it("a reading from before the session, that names none, is not the session's", () => {
  const { hub, session } = running();
  const { events } = hub.handle("MeterValues", { connectorId: 1, meterValue: [value("2026-11-21T10:00:00Z", 900)] });
  expect(events).toMatchObject([{ data: { id: null } }]);
  expect(session()?.energyWh).toBe(0);
});

it("a message without readings, and readings without a register", () => {
  const { hub, transactionId, session } = running();
  expect(hub.handle("MeterValues", { connectorId: 1, meterValue: [] }).events).toEqual([]);
  const meterValue = [{ timestamp: null, sampledValue: [] }];
  const { events } = hub.handle("MeterValues", { connectorId: 1, transactionId, meterValue });
  expect(events).toMatchObject([{ data: { registerWh: null, powerW: null } }]);
  expect(session()).toMatchObject({ energyWh: 0, lastReadingAt: "2026-11-21T12:00:00.000Z" });
});
