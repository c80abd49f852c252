import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../shared/testing/folder";
import { BoardVm } from "../board/testing/board-vm";
import { findBuilt } from "../virtual/built";
import { scaledClock } from "../virtual/clock";
import { buildProgram } from "../virtual/testing/build";
import type { Config } from "./config";
import { install } from "./install";
import type { InstallerHost } from "./install";
import { findFirmware } from "./node-firmware";
import { StateFile } from "./state-file";
import { lineOf } from "./tell";
import { bootsFrom } from "./testing/boots-from";
import { Esp32Model } from "./testing/esp32-model";
import { HubModel } from "./testing/hub-model";

let folder: string;
let hub: HubModel;
let chip: Esp32Model;
let told: string[];
let config: Config;
let host: InstallerHost;

beforeAll(buildProgram);
beforeEach(async () => {
  folder = temporaryFolder();
  hub = new HubModel();
  await hub.start();
  chip = new Esp32Model();
  told = [];
  const firmware = path.join(folder, "firmware.bin");
  fs.writeFileSync(firmware, Buffer.concat([Buffer.from([0xe9]), Buffer.alloc(30_000, 7)]));
  config = {
    cpId: "CP7",
    name: "",
    apiUrl: hub.url,
    hubUrl: hub.url,
    labelUrl: hub.url,
    mqttPort: 1883,
    token: hub.token,
    ssid: "Garage",
    wifiPassword: "correct horse",
    serial: undefined,
    board: "esp32s3_bare",
    maxCurrentA: 16,
    fixedCableA: 32,
    phases: 1,
    firmware,
    sha256: undefined,
    cacheDir: folder,
    stateFile: path.join(folder, "installation.json"),
    restart: false,
    dryRun: false,
    patienceMs: 60_000,
  };
  host = {
    report: (progress) => {
      const line = lineOf(progress, config);
      if (line && !line.again) told.push(line.text);
    },
    findPort: async () => chip,
    firmware: () => findFirmware({ ...config, file: config.firmware, fetch }),
    program: async () => fs.readFileSync(findBuilt().board),
    state: new StateFile(config.stateFile),
    fetch,
  };
});
afterEach(async () => {
  await hub.stop();
});

/** A chip whose self-test says this. */
function says(...lines: string[]): void {
  chip.started = () => {
    const timer = setInterval(() => {
      if (!chip.readable) return;
      clearInterval(timer);
      chip.print(`boot\x00\xff junk\r\n${lines.map((line) => `> selftest ${line}\r\n`).join("")}`);
      hub.online.add("CP7");
    }, 10);
  };
}

describe("an installation", () => {
  it("leads to a charger that boots from its flash, tests itself by hand and hub, and is claimed", async () => {
    const clock = scaledClock(4);
    const board = new BoardVm(clock);
    bootsFrom(chip, board, (line) => {
      if (line.includes("wait: press it")) board.circuit.emergencyStop = true;
      if (line.includes("wait: release it")) board.circuit.emergencyStop = false;
      if (line.includes("selftest passed")) hub.online.add("CP7");
    });
    try {
      expect(await install(config, host)).toBe(true);
    } finally {
      board.stop();
    }
    expect(hub.puts).toEqual([
      {
        cpId: "CP7",
        body: { key: expect.stringMatching(/^[0-9a-f]{64}$/), maxCurrentA: 16, connectors: 1, plainFrames: false },
      },
    ]);
    for (const step of ["relay", "meter", "emergency-stop", "rcd"]) {
      expect(told.some((line) => line.startsWith(`  ${step}: ok`))).toBe(true);
    }
    expect(told.at(-1)).toContain(`${hub.url}/c/CP7`);
    expect(told.join()).toContain("unverified");
    expect(told.join()).not.toContain(config.wifiPassword);
    expect(chip.flash.includes("Garage") && chip.flash.includes("correct horse")).toBe(true);
    expect(fs.existsSync(config.stateFile)).toBe(false);
  });

  it("goes on where it was interrupted, with the same key", async () => {
    says("relay ok: fine", "passed");
    chip.brokenBytes = 9;
    await expect(install(config, host)).rejects.toMatchObject({ code: "flash_failed" });
    expect(fs.statSync(config.stateFile).mode & 0o077).toBe(0);
    chip.brokenBytes = 0;
    expect(await install(config, host)).toBe(true);
    expect(hub.puts).toHaveLength(1);
    const { key } = hub.puts[0]!.body as { key: string };
    expect(chip.flash.includes(key)).toBe(true);
    expect(told.join()).toContain("claim CP7 at " + hub.url + ": done before");
  });

  it("refuses to mix two chargers, until it is told to forget the first", async () => {
    hub.status = 500;
    await expect(install(config, host)).rejects.toMatchObject({ code: "claim_refused" });
    hub.status = 200;
    config.cpId = "CP8";
    await expect(install(config, host)).rejects.toMatchObject({ code: "other_charger" });
    says("passed");
    hub.online.add("CP8");
    expect(await install({ ...config, restart: true }, host)).toBe(true);
    expect(hub.puts.map((put) => put.cpId)).toEqual(["CP8"]);
  });

  it("ends without a label where the self-test is not passed, and tests again the next time", async () => {
    says("relay failed: the interlock let it close without a car", "not passed");
    expect(await install(config, host)).toBe(false);
    expect(told.join()).toContain("relay: failed, the interlock");
    expect(told.join()).not.toContain("/c/CP7");
    says("passed");
    expect(await install(config, host)).toBe(true);
    expect(told.filter((line) => line.endsWith("self-test"))).toHaveLength(2);
  });

  it("says what may be wrong when the charger stays silent or does not come online", async () => {
    config.patienceMs = 300;
    await expect(install(config, host)).rejects.toMatchObject({ code: "silent" });
    says("passed");
    const started = chip.started;
    chip.started = () => {
      started();
      hub.online.add = () => hub.online;
    };
    await expect(install(config, host)).rejects.toMatchObject({
      code: "not_online",
      message: expect.stringContaining("Wi-Fi password"),
    });
  });

  it("follows a port that goes away by the reset and comes back, but not for ever", async () => {
    says("passed");
    const { started } = chip;
    let goes = 2;
    const { open } = chip;
    chip.open = async () => {
      await open.call(chip);
      if (chip.opened > 1 && goes-- > 0) chip.unplug();
      else if (chip.opened > 1) started();
    };
    chip.started = () => undefined;
    hub.online.add("CP7");
    expect(await install(config, host)).toBe(true);
    expect(chip.opened).toBe(4);
    goes = Infinity;
    chip.opened = 0;
    await expect(install(config, host)).rejects.toMatchObject({ code: "port_lost" });
  });

  it("tells the hub what people call the charger", async () => {
    says("passed");
    expect(await install({ ...config, name: "Bay 3" }, host)).toBe(true);
    expect(hub.puts[0]?.body).toMatchObject({ name: "Bay 3" });
  });

  it("waits for a port that is away after the reset, but not for ever", async () => {
    says("passed");
    let looks = 0;
    const find = host.findPort;
    host.findPort = async () => {
      if (looks++ === 1) throw new Error("away");
      return await find();
    };
    expect(await install(config, host)).toBe(true);
    expect(looks).toBe(3);
  });

  it("does nothing at all in a dry run", async () => {
    expect(await install({ ...config, dryRun: true }, host)).toBe(true);
    expect(told).toHaveLength(6);
    expect(told.every((line) => line.endsWith("would run"))).toBe(true);
    expect([hub.puts.length, chip.opened, fs.existsSync(config.stateFile)]).toEqual([0, 0, false]);
  });

  it("names a wrong token and a hub that is away", async () => {
    await expect(install({ ...config, token: "wrong" }, host)).rejects.toMatchObject({ code: "wrong_token" });
    await hub.stop();
    await expect(install(config, host)).rejects.toMatchObject({ code: "no_hub" });
    await hub.start();
  });

  it("does not put what does not fit into the flash", async () => {
    await expect(install({ ...config, ssid: "x".repeat(300) }, host)).rejects.toMatchObject({ code: "bad_setting" });
  });

  it("does not go on with a damaged state file", async () => {
    fs.writeFileSync(config.stateFile, "{");
    await expect(install(config, host)).rejects.toMatchObject({ code: "bad_state" });
  });
});
