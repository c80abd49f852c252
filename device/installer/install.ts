import { randomBytes } from "node:crypto";
import type { Built } from "../virtual/built";
import { claim, comesOnline } from "./claim";
import type { Config } from "./config";
import { followSelfTest } from "./console";
import { BOARDS, getFirmware } from "./firmware";
import type { Firmware } from "./firmware";
import { flash } from "./flasher";
import { makeStore, STORE_ADDRESS } from "./image";
import { label } from "./label";
import type { SerialPortLike } from "./serial-port";
import type { State, StateFile } from "./state-file";
import { AppError } from "../../shared/error";

/** How long the charger may say nothing: somebody has a minute for each press of the emergency stop. */
const SELF_TEST_PATIENCE_MS = 90_000;
/** After a reset a chip with USB of its own is gone from the bus for a moment. */
const PORT_PATIENCE_MS = 10_000;
const PORT_LOOK_MS = 250;
/** Wi-Fi, the hub, and a boot of the program. */
const ONLINE_PATIENCE_MS = 90_000;

/** Where the steps' effects go; a page in a browser brings its own. */
export interface InstallerHost {
  /** Tells the person; `again` replaces the last line. */
  tell(text: string, again?: boolean): void;
  /** Opens nothing yet: finds the port. Throws AppError `no_port` or `no_permission`. */
  findPort(): Promise<SerialPortLike>;
  built: Built;
  state: StateFile;
  fetch: typeof fetch;
}

interface Step {
  name: string;
  title: string;
  /** What must have been done for it to be left out; undefined: it is done each time. */
  doneWith: string | undefined;
  /** False where the charger has failed. */
  run(): Promise<boolean>;
}

/** The installation of one charger, step by step; what an earlier run has done is not done again. False where the self-test failed. */
export async function install(config: Config, host: InstallerHost): Promise<boolean> {
  const state = resume(config, host);
  const steps = stepsOf(config, host, state);
  for (const [index, step] of steps.entries()) {
    const head = `[${index + 1}/${steps.length}] ${step.title}`;
    if (step.doneWith !== undefined && state.done.includes(step.doneWith)) {
      host.tell(`${head}: done before`);
      continue;
    }
    host.tell(config.dryRun ? `${head}: would run` : head);
    if (config.dryRun) continue;
    if (!(await step.run())) return false;
    state.done.push(step.name);
    host.state.save(state);
  }
  if (!config.dryRun) host.state.remove();
  return true;
}

function stepsOf(config: Config, host: InstallerHost, state: State): Step[] {
  const { board, hubUrl, token, maxCurrentA } = config;
  const { chip, address } = BOARDS[board];
  const { cpId } = state;
  let firmware: Firmware | undefined;

  async function fetchFirmware(): Promise<boolean> {
    firmware = await getFirmware({ ...config, file: config.firmware, fetch: host.fetch });
    const proof = firmware.verified ? "as given" : "unverified: compare it, or give --sha256";
    host.tell(`  SHA-256 ${firmware.sha256} (${proof})`);
    return true;
  }

  async function claimIt(): Promise<boolean> {
    await claim(hubUrl, token, { cpId, key: state.key, maxCurrentA }, host.fetch);
    return true;
  }

  async function flashIt(): Promise<boolean> {
    const store = await makeStore(host.built, settingsOf(config, state));
    const parts = [
      { name: "firmware", address, data: firmware?.data ?? new Uint8Array(0) },
      { name: "program and settings", address: STORE_ADDRESS, data: store },
    ];
    const port = await host.findPort();
    await flash(port, chip, parts, (part, percent) => host.tell(`  ${part.name}: ${percent} %`, true));
    return true;
  }

  async function testIt(): Promise<boolean> {
    const port = await portAfterReset(host);
    return await followSelfTest(
      port,
      (line) => host.tell(`  ${line.step}: ${line.state === "wait" ? "" : `${line.state}, `}${line.info}`),
      config.patienceMs ?? SELF_TEST_PATIENCE_MS,
    );
  }

  async function seeItOnline(): Promise<boolean> {
    if (await comesOnline(hubUrl, token, cpId, host.fetch, config.patienceMs ?? ONLINE_PATIENCE_MS)) return true;
    const why = `The hub does not see ${cpId}. A wrong Wi-Fi password or hub address? Then run again with --restart.`;
    throw new AppError("not_online", why);
  }

  async function printLabel(): Promise<boolean> {
    host.tell(label(hubUrl, cpId));
    return true;
  }

  return [
    { name: "firmware", title: `firmware for ${board}`, doneWith: "self-test", run: fetchFirmware },
    { name: "claim", title: `claim ${cpId} at ${hubUrl}`, doneWith: "claim", run: claimIt },
    // the charger tests itself once after it was flashed, so an interrupted test needs both again
    { name: "flash", title: `flash ${chip}: firmware, program, settings`, doneWith: "self-test", run: flashIt },
    { name: "self-test", title: "self-test", doneWith: "self-test", run: testIt },
    { name: "online", title: "the charger connects to the hub", doneWith: "online", run: seeItOnline },
    { name: "label", title: "label", doneWith: undefined, run: printLabel },
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

function resume(config: Config, host: InstallerHost): State {
  const earlier = config.restart ? undefined : host.state.load();
  if (earlier && earlier.cpId !== config.cpId) {
    throw new AppError(
      "other_charger",
      `The installation of ${earlier.cpId} is not finished. Finish it, or give --restart.`,
    );
  }
  if (earlier) return earlier;
  return { cpId: config.cpId, key: randomBytes(32).toString("hex"), done: [] };
}

/** What goes into the charger's flash (docs/hardware.md, "Settings in flash"). */
function settingsOf(config: Config, state: State): Record<string, string> {
  const settings: Record<string, string> = {
    cpId: state.cpId,
    hub: new URL(config.hubUrl).hostname,
    port: String(config.mqttPort),
    key: state.key,
    maxMa: String(config.maxCurrentA * 1000),
    ssid: config.ssid,
    selftest: "1",
  };
  if (config.wifiPassword !== "") settings["psk"] = config.wifiPassword;
  if (config.fixedCableA > 0) settings["cableMa"] = String(config.fixedCableA * 1000);
  if (config.phases === 3) settings["phases"] = "3";
  return settings;
}
