import { BOARDS, STORE_ADDRESS } from "../../shared/board-firmware";
import { AppError } from "../../shared/error";
import { hex } from "./bytes";
import { claim, comesOnline } from "./claim";
import { followSelfTest } from "./console";
import type { TestLine } from "./console";
import { checkFirmware } from "./firmware";
import type { Firmware } from "./firmware";
import { flash } from "./flasher";
import { storeImage } from "./image";
import { labelUrl } from "./label-url";
import type { Plan } from "./plan";
import type { SerialPortLike } from "./serial-port";
import type { State, StateKeeper } from "./state";

/**
 * The steps of an installation. Nothing here knows of Node or of a page: the command (main.ts) and the hub's page for it (web-ui/installer) each bring an
 * `InstallerHost`.
 */

/** How long the charger may say nothing: somebody has a minute for each press of the emergency stop. */
const SELF_TEST_PATIENCE_MS = 90_000;
/** After a reset a chip with USB of its own is gone from the bus for a moment. */
const PORT_PATIENCE_MS = 10_000;
const PORT_LOOK_MS = 250;
/** Wi-Fi, the hub, and a boot of the program. */
const ONLINE_PATIENCE_MS = 90_000;

/** The port of a chip with USB of its own is lost by its reset; more often than this it is no reset. */
const LOST_PORTS = 5;

export const stepNames = ["firmware", "claim", "flash", "self-test", "online", "label"] as const;
export type StepName = (typeof stepNames)[number];

/** What happens, for whoever shows it. */
export type Progress =
  /** `before`: an earlier run has done it. `planned`: in a dry run. */
  | { kind: "step"; step: StepName; state: "begun" | "done" | "before" | "planned" }
  | { kind: "firmware"; sha256: string; verified: boolean }
  | { kind: "part"; part: "firmware" | "program"; percent: number }
  | { kind: "test"; line: TestLine }
  | { kind: "label"; cpId: string; url: string };

/** Where the steps' effects go, and where they get what they need. */
export interface InstallerHost {
  report(progress: Progress): void;
  /** Opens nothing yet: finds the port. Throws AppError `no_port` or `no_permission`. */
  findPort(): Promise<SerialPortLike>;
  /** The firmware of the plan's board, unchecked. Throws AppError `no_firmware` or `no_network`. */
  firmware(): Promise<Uint8Array>;
  /** The bytecode of the charger's program (dist/device/charger-board.devs). */
  program(): Promise<Uint8Array>;
  state: StateKeeper;
  fetch: typeof fetch;
}

interface Step {
  name: StepName;
  /** What must have been done for it to be left out; undefined: it is done each time. */
  doneWith: StepName | undefined;
  /** False where the charger has failed. */
  run(): Promise<boolean>;
}

/** The installation of one charger, step by step; what an earlier run has done is not done again. False where the self-test failed. */
export async function install(plan: Plan, host: InstallerHost): Promise<boolean> {
  const state = resume(plan, host);
  for (const { name, doneWith, run } of stepsOf(plan, host, state)) {
    const tell = (state: "begun" | "done" | "before" | "planned"): void =>
      host.report({ kind: "step", step: name, state });
    if (doneWith !== undefined && state.done.includes(doneWith)) {
      tell("before");
      continue;
    }
    tell(plan.dryRun ? "planned" : "begun");
    if (plan.dryRun) continue;
    if (!(await run())) return false;
    state.done.push(name);
    host.state.save(state);
    tell("done");
  }
  if (!plan.dryRun) host.state.remove();
  return true;
}

function stepsOf(plan: Plan, host: InstallerHost, state: State): Step[] {
  const { board, apiUrl, token, maxCurrentA, name } = plan;
  const { chip, address } = BOARDS[board];
  const { cpId } = state;
  let firmware: Firmware | undefined;

  async function fetchFirmware(): Promise<boolean> {
    firmware = await checkFirmware(await host.firmware(), plan.sha256);
    host.report({ kind: "firmware", sha256: firmware.sha256, verified: firmware.verified });
    return true;
  }

  async function claimIt(): Promise<boolean> {
    await claim(apiUrl, token, { cpId, key: state.key, maxCurrentA, name }, host.fetch);
    return true;
  }

  async function flashIt(): Promise<boolean> {
    const store = storeImage(await host.program(), settingsOf(plan, state));
    const parts = [
      { name: "firmware" as const, address, data: firmware?.data ?? new Uint8Array(0) },
      { name: "program" as const, address: STORE_ADDRESS, data: store },
    ];
    const port = await host.findPort();
    await flash(port, chip, parts, (part, percent) => host.report({ kind: "part", part: part.name, percent }));
    return true;
  }

  async function testIt(): Promise<boolean> {
    const patienceMs = plan.patienceMs ?? SELF_TEST_PATIENCE_MS;
    for (let lost = 0; ; lost++) {
      try {
        const port = await portAfterReset(host);
        return await followSelfTest(port, (line) => host.report({ kind: "test", line }), patienceMs);
      } catch (error) {
        // it was opened while it still was going away
        const isAway = error instanceof AppError && (error.code === "port_lost" || error.code === "port_busy");
        if (!isAway || lost >= LOST_PORTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, PORT_LOOK_MS));
      }
    }
  }

  async function seeItOnline(): Promise<boolean> {
    if (await comesOnline(apiUrl, token, cpId, host.fetch, plan.patienceMs ?? ONLINE_PATIENCE_MS)) return true;
    const why = `The hub does not see ${cpId}. A wrong Wi-Fi password or hub address? Then run again with --restart.`;
    throw new AppError("not_online", why);
  }

  async function tellLabel(): Promise<boolean> {
    host.report({ kind: "label", cpId, url: labelUrl(plan.labelUrl, cpId) });
    return true;
  }

  return [
    { name: "firmware", doneWith: "self-test", run: fetchFirmware },
    { name: "claim", doneWith: "claim", run: claimIt },
    // the charger tests itself once after it was flashed, so an interrupted test needs both again
    { name: "flash", doneWith: "self-test", run: flashIt },
    { name: "self-test", doneWith: "self-test", run: testIt },
    { name: "online", doneWith: "online", run: seeItOnline },
    { name: "label", doneWith: undefined, run: tellLabel },
  ];
}

async function portAfterReset(host: InstallerHost): Promise<SerialPortLike> {
  for (let waited = 0; ; waited += PORT_LOOK_MS) {
    try {
      return await host.findPort();
    } catch (error) {
      if (waited >= PORT_PATIENCE_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PORT_LOOK_MS));
    }
  }
}

function resume(plan: Plan, host: InstallerHost): State {
  const earlier = plan.restart ? undefined : host.state.load();
  if (earlier && earlier.cpId !== plan.cpId) {
    throw new AppError(
      "other_charger",
      `The installation of ${earlier.cpId} is not finished. Finish it, or give --restart.`,
    );
  }
  if (earlier) return earlier;
  return { cpId: plan.cpId, key: hex(crypto.getRandomValues(new Uint8Array(32))), done: [] };
}

/** What goes into the charger's flash (docs/hardware.md, "Settings in flash"). */
function settingsOf(plan: Plan, state: State): Record<string, string> {
  const settings: Record<string, string> = {
    cpId: state.cpId,
    hub: new URL(plan.hubUrl).hostname,
    port: String(plan.mqttPort),
    key: state.key,
    maxMa: String(plan.maxCurrentA * 1000),
    ssid: plan.ssid,
    selftest: "1",
  };
  if (plan.wifiPassword !== "") settings["psk"] = plan.wifiPassword;
  if (plan.fixedCableA > 0) settings["cableMa"] = String(plan.fixedCableA * 1000);
  if (plan.phases === 3) settings["phases"] = "3";
  return settings;
}
