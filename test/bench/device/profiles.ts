import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../..");
const cli = join(root, "node_modules/@devicescript/cli/built/devicescript-cli.cjs");

/** What of the program is there for one OCPP profile alone: file -> texts that go, and what stands there instead. */
type Cut = Record<string, [string, string][]>;

const handler = (action: string, call: string): [string, string] => [
  `  if (action === "${action}") return ${call};\n`,
  "",
];

/** A profile's bytes are those that the compiler leaves out once nothing reaches them. */
export const CUTS: Record<string, Cut> = {
  smart_charging: {
    "core/commands.ts": [
      handler("SetChargingProfile", "setChargingProfile(client, station, payload)"),
      handler("ClearChargingProfile", "clearChargingProfile(station, payload)"),
      handler("GetCompositeSchedule", "compositeSchedule(station, clock, payload)"),
      ["const refused = profileOfStart(station, payload);\n  if (refused !== undefined) return refused;\n", ""],
    ],
    "core/client.ts": [["this.station.profiles.expect(undefined);", ""]],
    "core/station.ts": [
      ["this.profiles = new ChargingProfiles(store, saved, clock);", ""],
      ["this.profiles.begin();", ""],
      ["this.profiles.end();", ""],
      ["this.profiles.currentMa(this.maxCurrentMa)", "this.maxCurrentMa"],
    ],
  },
  reservation: {
    "core/commands.ts": [
      handler("ReserveNow", "reserveNow(client, station, payload)"),
      handler("CancelReservation", "cancelReservation(station, payload)"),
      ['station.reservations.admits(idTag, "")', "true"],
      ["admitted || station.reservations.hasGroup()", "admitted"],
    ],
    "core/station.ts": [
      ["this.reservations = new Reservations(store, saved, clock);", ""],
      ["this.reservations.watch();", ""],
      [" || !this.reservations.admits(idTag, group)", ""],
      [", this.reservations.current);", ");"],
      ["this.reservations.clear();", ""],
      ["this.reservations.current !== undefined", "false"],
    ],
  },
  local_auth_list: {
    "core/commands.ts": [
      handler("GetLocalListVersion", "getLocalListVersion(config, station.list)"),
      handler("SendLocalList", "sendLocalList(config, station.list, payload)"),
    ],
    "core/client.ts": [
      ["localVerdict(this.config, list, idTag, online)", "(online ? ASK : 0) as number"],
      ["this.station.allow(idTag, list.groupOf(idTag))", 'this.station.allow(idTag, "")'],
      ["mayStop(this.config, this.station.list, tx.idTag, idTag)", "tx.idTag.toLowerCase() === idTag.toLowerCase()"],
    ],
    "core/station.ts": [["this.list = new LocalList(store, saved, clock);", ""]],
  },
  remote_trigger: {
    "core/commands.ts": [handler("TriggerMessage", "triggerMessage(client, station, payload)")],
  },
};

/** Bytes of bytecode that an OCPP profile costs: the program is compiled without it. `whole` is the whole program's size. */
export async function bytesOf(cut: Cut, whole: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "hitchpost-cut-"));
  try {
    for (const part of ["core", "src", "services", "node_modules", "devsconfig.json"]) {
      await cp(join(root, "device", part), join(folder, part), { recursive: true, filter: isSource });
    }
    for (const [file, changes] of Object.entries(cut)) await apply(join(folder, file), changes);
    await compile(folder);
    return whole - (await stat(join(folder, ".devicescript/bin/bytecode.devs"))).size;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isSource(path: string): boolean {
  return !path.endsWith(".test.ts");
}

async function apply(file: string, changes: [string, string][]): Promise<void> {
  let text = await readFile(file, "utf8");
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${file} no longer has: ${from}`);
    text = text.replace(from, to);
  }
  await writeFile(file, text);
}

function compile(folder: string): Promise<void> {
  const child = spawn(process.execPath, [cli, "build", "src/main.ts"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (data: Buffer) => (said += data.toString()));
  child.stderr.on("data", (data: Buffer) => (said += data.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`the cut program does not compile:\n${said}`)),
    );
  });
}
