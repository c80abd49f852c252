import fs from "node:fs";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../shared/testing/until";
import { CODE_LIMIT, codeEnd, findBuilt } from "../virtual/built";
import { scaledClock } from "../virtual/clock";
import { buildProgram } from "../virtual/testing/build";
import { Central } from "../virtual/testing/central";
import { BoardVm } from "./testing/board-vm";

const clock = scaledClock(2);
let central: Central;
let board: BoardVm;

beforeAll(buildProgram);
beforeEach(async () => {
  central = new Central(clock.now);
  await central.start();
  board = new BoardVm(clock);
});
afterEach(async () => {
  board.stop();
  await central.stop();
});

function settings(more: Record<string, string> = {}): Record<string, string> {
  return { cpId: "CP1", hub: "127.0.0.1", port: `${central.port}`, maxMa: "16000", c1: "10", ...more };
}

/** Starts from the hub; on a busy machine the board may be silent for a moment, and the start is refused then. */
async function startFromHub(): Promise<void> {
  for (;;) {
    const reply = await central.call("CP1", "RemoteStartTransaction", { idTag: "TAG", connectorId: 1 });
    if (JSON.stringify(reply) === '{"status":"Accepted"}') return;
  }
}

/** What the last MeterValues says of a measurand, 0 where there is none. */
function measured(measurand: string): number {
  const meterValue = central.sent("MeterValues").at(-1)?.payload["meterValue"];
  const [reading] = (meterValue ?? []) as { sampledValue: { measurand: string; value: string }[] }[];
  return Number(reading?.sampledValue.find((one) => one.measurand === measurand)?.value ?? 0);
}

/** Holds a tag to the reader, and again until the charger asks for it. */
async function tapUntilAsked(): Promise<void> {
  const { reader } = board.circuit;
  const uid = [0x04, 0xa2, 0x3b, 0x9c];
  reader.tag = uid;
  const again = setInterval(() => {
    reader.tag = reader.tag ? undefined : uid;
  }, 4000);
  try {
    await central.expectCall("Authorize");
  } finally {
    clearInterval(again);
    reader.tag = undefined;
  }
}

describe("the board's bytecode over models of its chips", () => {
  it("fits into the 96 KB that a program may have, and its functions into their 64", () => {
    const bytecode = fs.readFileSync(findBuilt().board);
    expect(bytecode.length).toBeLessThanOrEqual(96 * 1024);
    expect(codeEnd(bytecode)).toBeLessThanOrEqual(CODE_LIMIT);
  });

  it("boots, locks, charges, meters three phases, opens at the emergency stop", async () => {
    board.circuit.useThreePhases();
    await board.start(settings({ phases: "3" }));
    await central.expectStatus("Available");
    await until("the pilot's frequency", () => board.circuit.pca.hertz() === 1000);
    board.circuit.car = { state: "B", diode: true, currentA: 16 };
    await central.expectStatus("Preparing");
    await startFromHub();
    await central.expectCall("StartTransaction");
    await until("the pilot at 16 A", () => Math.abs(board.circuit.pca.duty(0) - 16 / 60) < 0.001);
    board.circuit.car.state = "C";
    await until("the contactor, the plug locked", () => board.circuit.closed && board.circuit.locked);
    await central.expectStatus("Charging");
    await until("three times 16 A", () => measured("Power.Active.Import") > 3 * 230 * 15.5);
    expect(measured("Power.Active.Import")).toBeLessThan(3 * 230 * 16.5);
    expect(measured("Current.Import")).toBeCloseTo(16, 0);
    expect(measured("Voltage")).toBeCloseTo(230, 0);
    board.circuit.emergencyStop = true;
    expect((await central.expectCall("StopTransaction"))["reason"]).toBe("EmergencyStop");
    await until("the contactor to open", () => !board.circuit.closed);
    expect(board.panics).toBe(0);
  });

  it("opens, and says so, when the bus hangs in the middle of charging", async () => {
    await board.start(settings({ cableMa: "32000" }));
    await central.expectStatus("Available");
    board.circuit.car = { state: "B", diode: true, currentA: 16 };
    await central.expectStatus("Preparing");
    await tapUntilAsked();
    expect((await central.expectCall("StartTransaction"))["idTag"]).toBe("04A23B9C");
    board.circuit.car.state = "C";
    await until("the contactor", () => board.circuit.closed);
    const from = central.calls.length;
    board.circuit.bus.stuck = true;
    await until("the watchdog", () => !board.circuit.closed);
    await central.expectStatus("Faulted", from);
    const later = central.calls.length;
    board.circuit.bus.stuck = false;
    await central.expectStatus("Charging", later);
    expect(board.panics).toBe(0);
  });

  it("tests itself when the installer has asked for it, then goes to work; put in anew, it finds its settings and tests no more", async () => {
    await board.start(settings({ selftest: "1" }));
    const said = (text: string) => until(text, () => board.lines.some((line) => line.includes(text)));
    await said("selftest emergency-stop wait: press it");
    board.circuit.emergencyStop = true;
    await said("selftest emergency-stop wait: release it");
    board.circuit.emergencyStop = false;
    await said("selftest passed");
    for (const step of ["relay", "meter", "emergency-stop", "rcd"]) await said(`selftest ${step} ok`);
    await central.expectStatus("Available");
    const { image } = board;
    board.stop();
    const again = new BoardVm(clock);
    again.image = image;
    board = again;
    const from = central.calls.length;
    await again.start({});
    await central.expectStatus("Available", from);
    expect(again.lines.some((line) => line.includes("selftest"))).toBe(false);
  });
});
