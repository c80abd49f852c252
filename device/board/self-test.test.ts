import { describe, expect, it } from "vitest";
import { SelfTest } from "./self-test";
import type { StepResult } from "./self-test";
import { Rig } from "./testing/rig";

/** Runs the test; `hand` is called at every report, as somebody who reads along would act. */
async function run(rig: Rig, hand: (result: StepResult) => void = obey(rig)): Promise<[boolean, string[]]> {
  const told: string[] = [];
  const test = new SelfTest(
    rig.board,
    async (ms) => rig.circuit.step(ms),
    (result) => {
      told.push(`${result.step} ${result.state}`);
      hand(result);
    },
  );
  return [await test.run(), told];
}

function obey(rig: Rig) {
  return (result: StepResult): void => {
    if (result.info === "press it") rig.circuit.emergencyStop = true;
    if (result.info === "release it") rig.circuit.emergencyStop = false;
  };
}

describe("the self-test", () => {
  it("passes on a sound board and leaves everything off", async () => {
    const rig = new Rig();
    const [passed, told] = await run(rig);
    expect(told).toEqual([
      "relay ok",
      "meter ok",
      "emergency-stop wait",
      "emergency-stop wait",
      "emergency-stop ok",
      "rcd ok",
    ]);
    expect(passed).toBe(true);
    expect(rig.circuit.closures).toBe(0);
    expect([4, 5, 6, 7, 8].map((channel) => rig.circuit.pca.duty(channel))).toEqual([0, 0, 0, 0, 0]);
  });

  const failures: [string, string, (rig: Rig) => void][] = [
    ["a welded contactor", "relay failed", (rig) => (rig.circuit.welded = true)],
    ["an interlock that lets it close without a car", "relay failed", (rig) => (rig.circuit.interlockBypassed = true)],
    ["a meter that does not answer", "meter failed", (rig) => rig.circuit.bus.silent.add(0x38)],
    ["no mains", "meter failed", (rig) => (rig.circuit.mainsV = 0)],
    ["too much mains", "meter failed", (rig) => (rig.circuit.mainsV = 300)],
    ["an RCD that does not trip", "rcd failed", (rig) => (rig.circuit.rcdWorks = false)],
    ["outputs that do not answer", "rcd failed", (rig) => rig.circuit.bus.silent.add(0x40)],
  ];
  it.each(failures)("finds %s", async (_name, line, breakIt) => {
    const rig = new Rig();
    breakIt(rig);
    const [passed, told] = await run(rig);
    expect(passed).toBe(false);
    expect(told).toContain(line);
  });

  it("finds an RCD that is tripped and stays so, or does not reset", async () => {
    const tripped = new Rig();
    tripped.circuit.rcdTripped = true;
    tripped.circuit.rcdWorks = false;
    expect((await run(tripped))[1].at(-1)).toBe("rcd failed");
    const stuck = new Rig();
    const obeying = obey(stuck);
    const [passed, told] = await run(stuck, (result) => {
      obeying(result);
      if (result.step === "emergency-stop" && result.state === "ok") {
        const step = stuck.circuit.step.bind(stuck.circuit);
        stuck.circuit.step = (ms) => {
          step(ms);
          if (stuck.circuit.rcdTripped) stuck.circuit.rcdWorks = false;
        };
      }
    });
    expect([passed, told.at(-1)]).toEqual([false, "rcd failed"]);
  });

  it("does not wait for ever for a hand on the emergency stop", async () => {
    const ignored = new Rig();
    expect((await run(ignored, () => undefined))[1]).toContain("emergency-stop failed");
    expect(ignored.circuit.now).toBeGreaterThan(60_000);
    const held = new Rig();
    const [, told] = await run(held, (result) => {
      if (result.info === "press it") held.circuit.emergencyStop = true;
    });
    expect(told).toContain("emergency-stop failed");
  });
});
