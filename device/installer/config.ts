import path from "node:path";
import { parseArgs } from "node:util";
import { boardNames, isBoard } from "../../shared/board-firmware";
import { AppError } from "../../shared/error";
import { isCpId, isHttpUrl, isLoopback, isSha256, isSsid, isWhole, isWifiPassword } from "./plan";
import { LEAST_AMPERES, LONGEST_NAME, MOST_AMPERES, USUAL_MQTT_PORT } from "./plan";
import type { Plan } from "./plan";

export const USAGE = `Flashes, sets up, claims and tests one charger.

  ./flash.sh --id CP1 --hub http://192.168.1.10:8080 --ssid WIFI

  --id ID            charge point id: 1 to 36 letters, digits, ".", "_" or "-"
  --name TEXT        what people call it, such as "Bay 3" (default: its id)
  --hub URL          the hub's address, as the charger reaches it: an address or a name
  --ssid NAME        the Wi-Fi of the chargers
  --port DEVICE      serial port (default: the only one with an ESP32 or its USB bridge)
  --board NAME       ${boardNames.join(" or ")} (default esp32s3_bare)
  --max-current A    what the charger and its circuit may carry, 6 to 80 (default 16)
  --fixed-cable A    it has a fixed cable for so much; without: a socket with a lock
  --phases N         1 or 3, as its meter counts (default 1)
  --mqtt-port N      the hub's MQTT port (default 1883)
  --firmware FILE    a DeviceScript firmware instead of the download
  --sha256 SUM       what the firmware's checksum must be
  --data DIR         downloads and the state of this installation (default ./data/installer)
  --restart          forget an interrupted installation
  --dry-run          say what would be done
  --help

Secrets come from the environment, or are asked for:
  HUB_ADMIN_TOKEN    the hub's admin token, printed at its first start
  WIFI_PASSWORD      the Wi-Fi's password, empty for an open one
`;

/** A wrong command line. */
export class UsageError extends Error {}

export interface Config extends Plan {
  serial: string | undefined;
  firmware: string | undefined;
  cacheDir: string;
  stateFile: string;
}

type Values = Record<string, string | boolean | undefined>;

function text(values: Values, name: string): string {
  const value = values[name];
  if (typeof value !== "string" || value === "") throw new UsageError(`--${name} is missing. Try --help.`);
  return value;
}

function whole(values: Values, name: string, fallback: number, least: number, most: number): number {
  const value = values[name] === undefined ? fallback : Number(values[name]);
  if (isWhole(value, least, most)) return value;
  throw new UsageError(`--${name} takes a whole number from ${least} to ${most}.`);
}

function hub(values: Values): string {
  const url = text(values, "hub");
  if (!isHttpUrl(url)) {
    throw new UsageError(`--hub takes an address such as http://192.168.1.10:8080, not "${url}".`);
  }
  if (isLoopback(url)) {
    throw new UsageError(
      "--hub: the charger cannot reach this computer by that name. Give its address in the network.",
    );
  }
  return url;
}

const FLAG = { type: "boolean" } as const;
const VALUE = { type: "string" } as const;

function parse(argv: string[]): Values {
  try {
    const options = {
      ...{
        id: VALUE,
        name: VALUE,
        hub: VALUE,
        ssid: VALUE,
        port: VALUE,
        board: VALUE,
        firmware: VALUE,
        sha256: VALUE,
        data: VALUE,
      },
      ...{ "max-current": VALUE, "fixed-cable": VALUE, phases: VALUE, "mqtt-port": VALUE },
      ...{ restart: FLAG, "dry-run": FLAG, help: FLAG },
    };
    return parseArgs({ args: argv, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message.split(". ")[0] : String(error)}. Try --help.`);
  }
}

/** What a dry run is about where nobody says. */
const EXAMPLE = { id: "CP1", hub: "http://192.168.1.10:8080", ssid: "WIFI" };

/** How a secret is asked for where the environment has none. */
type Ask = (question: string) => Promise<string>;

/**
 * Reads a command line; undefined where help was asked for. Secrets come from `env` or are asked for, never from the command line, which others
 * on the machine can read. Throws UsageError.
 */
export async function readConfig(
  argv: string[],
  ask: Ask,
  env: Record<string, string | undefined> = process.env,
): Promise<Config | undefined> {
  const given = parse(argv);
  if (given["help"]) return undefined;
  const dryRun = given["dry-run"] === true;
  const values = dryRun ? { ...EXAMPLE, ...given } : given;
  const cpId = text(values, "id");
  if (!isCpId(cpId))
    throw new UsageError("--id takes 1 to 36 letters, digits, '.', '_' or '-', a letter or digit first.");
  const board = String(values["board"] ?? "esp32s3_bare");
  if (!isBoard(board)) throw new UsageError(`--board takes ${boardNames.join(" or ")}.`);
  const sha256 = values["sha256"];
  if (sha256 !== undefined && !isSha256(String(sha256))) throw new UsageError("--sha256 takes 64 hex digits.");
  const ssid = text(values, "ssid");
  if (!isSsid(ssid)) throw new UsageError("--ssid is longer than 32 bytes.");
  const phases = whole(values, "phases", 1, 1, 3);
  if (phases === 2) throw new UsageError("--phases takes 1 or 3.");
  const data = path.resolve(String(values["data"] ?? "data/installer"));
  const hubUrl = hub(values);
  const name = String(values["name"] ?? "").trim();
  if (name.length > LONGEST_NAME) throw new UsageError(`--name has at most ${LONGEST_NAME} characters.`);
  const config: Config = {
    cpId,
    name,
    apiUrl: hubUrl,
    hubUrl,
    labelUrl: hubUrl,
    mqttPort: whole(values, "mqtt-port", USUAL_MQTT_PORT, 1, 65535),
    token: "",
    ssid,
    wifiPassword: "",
    serial: typeof values["port"] === "string" ? values["port"] : undefined,
    board,
    maxCurrentA: whole(values, "max-current", 16, LEAST_AMPERES, MOST_AMPERES),
    fixedCableA: whole(values, "fixed-cable", 0, 0, MOST_AMPERES),
    phases,
    firmware: typeof values["firmware"] === "string" ? values["firmware"] : undefined,
    sha256: typeof sha256 === "string" ? sha256 : undefined,
    cacheDir: data,
    stateFile: path.join(data, "installation.json"),
    restart: values["restart"] === true,
    dryRun,
  };
  if (dryRun) return config;
  config.wifiPassword = env["WIFI_PASSWORD"] ?? (await ask(`Password of the Wi-Fi ${ssid}: `));
  if (!isWifiPassword(config.wifiPassword)) {
    throw new AppError("bad_wifi_password", "A Wi-Fi password has 8 to 63 ASCII characters, or none.");
  }
  config.token = env["HUB_ADMIN_TOKEN"] ?? (await ask("Admin token of the hub: "));
  if (config.token === "")
    throw new AppError("no_token", "Without the hub's admin token the charger cannot be claimed.");
  return config;
}
