import fs from "node:fs";
import path from "node:path";

/** A wrong command line; the message is for the person who typed it. */
export class UsageError extends Error {}

/** `npm run charger -- --id CP1 --hub mqtt://...`: run chargers. */
export interface RunConfig {
  command: "run";
  ids: string[];
  hubHost: string;
  hubPort: number;
  password: string;
  /** 64 hex digits; "" where frames are plain. */
  key: string;
  dataDir: string;
  /** undefined: the usual one, or a free one where that is taken. */
  benchPort: number | undefined;
  sampleIntervalSec: number | undefined;
}

/** `npm run charger -- plug CP1`: ask the bench of a running process. */
export interface BenchConfig {
  command: "bench";
  action: string;
  id: string;
  body: Record<string, unknown>;
  benchPort: number;
}

interface HelpConfig {
  command: "help";
}

type Config = RunConfig | BenchConfig | HelpConfig;

export const USAGE = `Virtual chargers: the real charger program in a VM.

  npm run charger -- --id CP1 --hub mqtt://127.0.0.1:1883
  npm run charger -- plug CP1

Run
  --id ID              charge point id; with --count the trailing number goes up: CP1, CP2, ...
  --count N            how many chargers, 1 to 500 (default 1)
  --hub URL            mqtt://HOST:PORT of the hub (default mqtt://127.0.0.1:1883)
  --password P         the charge point's MQTT password; or --password-file FILE
  --key FILE           64 hex digits: frames are sealed, and the password follows from the key
  --data DIR           where each charger's flash is kept (default ./data/chargers)
  --bench-port N       bench page on 127.0.0.1 (default 8090, or a free one where that is taken; 0 picks a free one)
  --sample-interval S  seconds between meter values (default 30)

At a running bench (--bench-port says where)
  plug ID [--soc PERCENT] [--battery KWH] | unplug ID
  tap ID TAG           hold an id tag to the reader
  fault ID emergencyStop|caseOpen on|off
  network ID on|off    mend or cut the cable
  button ID            press the button: try the hub again at once
  reset ID             power cycle
  list                 every charger as JSON
`;

export const USUAL_BENCH_PORT = 8090;

const FLAGS = new Set([
  "id",
  "count",
  "hub",
  "password",
  "password-file",
  "key",
  "data",
  "bench-port",
  "sample-interval",
  "soc",
  "battery",
]);
const ID = /^[A-Za-z0-9._-]{1,36}$/;

interface Args {
  flags: Map<string, string>;
  words: string[];
}

function split(argv: string[]): Args {
  const flags = new Map<string, string>();
  const words: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i] ?? "";
    if (!arg.startsWith("--")) {
      words.push(arg);
      continue;
    }
    const [name = "", inline] = arg.slice(2).split(/=(.*)/s);
    if (!FLAGS.has(name)) throw new UsageError(`Unknown option --${name}. Try --help.`);
    const value = inline ?? argv[++i];
    if (value === undefined) throw new UsageError(`--${name} needs a value.`);
    flags.set(name, value);
  }
  return { flags, words };
}

function numberIn(flags: Map<string, string>, name: string, fallback: number, min: number, max: number): number {
  const text = flags.get(name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() === "" || !(value >= min && value <= max)) {
    throw new UsageError(`--${name} takes a number from ${min} to ${max}, not "${text}".`);
  }
  return value;
}

function wholeIn(flags: Map<string, string>, name: string, fallback: number, min: number, max: number): number {
  const value = numberIn(flags, name, fallback, min, max);
  if (!Number.isInteger(value)) throw new UsageError(`--${name} takes a whole number.`);
  return value;
}

function checkedId(id: string): string {
  if (!ID.test(id)) throw new UsageError(`"${id}" is no charge point id: 1 to 36 letters, digits, ".", "_" or "-".`);
  return id;
}

/** The ids from the first one on: CP1, CP2, ...; one without a number gets 2, 3, ... behind it. */
export function idsFrom(first: string, count: number): string[] {
  const [, stem = "", digits = ""] = /^(.*?)(\d*)$/s.exec(first) ?? [];
  const ids = [first];
  for (let i = 1; i < count; i++) {
    const number = digits === "" ? i + 1 : Number(digits) + i;
    ids.push(`${stem}${String(number).padStart(digits.length, "0")}`);
  }
  return ids.map(checkedId);
}

function hubFrom(text: string): { hubHost: string; hubPort: number } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "mqtts:") {
    throw new UsageError("The charger speaks plain MQTT only: its TLS cannot check a private certificate.");
  }
  if (url?.protocol !== "mqtt:" || url.hostname === "") {
    throw new UsageError(`--hub takes mqtt://HOST:PORT, not "${text}".`);
  }
  return { hubHost: url.hostname, hubPort: url.port === "" ? 1883 : Number(url.port) };
}

function passwordFrom(flags: Map<string, string>): string {
  const file = flags.get("password-file");
  if (file === undefined) return flags.get("password") ?? "";
  if (flags.has("password")) throw new UsageError("Give --password or --password-file, not both.");
  return textOf("password-file", file);
}

function keyFrom(flags: Map<string, string>): string {
  const file = flags.get("key");
  if (file === undefined) return "";
  if (flags.has("password") || flags.has("password-file")) {
    throw new UsageError("Give --key or a password, not both: the password follows from the key.");
  }
  const key = textOf("key", file);
  if (!/^[0-9a-fA-F]{64}$/.test(key)) throw new UsageError("--key: the file must hold 64 hex digits.");
  return key;
}

function textOf(flag: string, file: string): string {
  try {
    return fs.readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new UsageError(`--${flag}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function runConfig(flags: Map<string, string>): RunConfig {
  const id = flags.get("id");
  if (id === undefined) throw new UsageError("--id is missing. Try --help.");
  const password = passwordFrom(flags);
  if (Buffer.byteLength(password) > 128) throw new UsageError("The password is longer than 128 bytes.");
  const interval = wholeIn(flags, "sample-interval", -1, 0, 86400);
  return {
    command: "run",
    ids: idsFrom(checkedId(id), wholeIn(flags, "count", 1, 1, 500)),
    ...hubFrom(flags.get("hub") ?? "mqtt://127.0.0.1:1883"),
    password,
    key: keyFrom(flags),
    dataDir: path.resolve(flags.get("data") ?? "./data/chargers"),
    benchPort: flags.has("bench-port") ? wholeIn(flags, "bench-port", 0, 0, 65535) : undefined,
    sampleIntervalSec: interval < 0 ? undefined : interval,
  };
}

function onOff(text: string | undefined): boolean {
  if (text !== "on" && text !== "off") throw new UsageError(`Say "on" or "off", not "${text ?? ""}".`);
  return text === "on";
}

function bodyOf(action: string, rest: string[], flags: Map<string, string>): Record<string, unknown> {
  const [first, second] = rest;
  if (action === "plug") {
    const body: Record<string, unknown> = {};
    if (flags.has("soc")) body["soc"] = numberIn(flags, "soc", 0, 0, 100) / 100;
    if (flags.has("battery")) body["batteryWh"] = Math.round(numberIn(flags, "battery", 0, 1, 1000) * 1000);
    return body;
  }
  if (action === "tap") {
    if (!first) throw new UsageError("tap needs an id tag: tap CP1 TAG.");
    return { idTag: first };
  }
  if (action === "network") return { cut: !onOff(first) };
  if (action === "fault") {
    if (first !== "emergencyStop" && first !== "caseOpen") {
      throw new UsageError("fault takes emergencyStop or caseOpen.");
    }
    return { [first]: onOff(second) };
  }
  return {};
}

/** Reads a command line (what stands after `npm run charger --`). Throws UsageError with a text for people. */
export function parseArgs(argv: string[]): Config {
  if (argv.includes("--help") || argv.includes("-h")) return { command: "help" };
  const { flags, words } = split(argv);
  const [action, id, ...rest] = words;
  if (action === undefined) return runConfig(flags);
  const benchPort = wholeIn(flags, "bench-port", USUAL_BENCH_PORT, 1, 65535);
  if (action === "list") return { command: "bench", action, id: "", body: {}, benchPort };
  if (!["plug", "unplug", "tap", "fault", "network", "button", "reset"].includes(action)) {
    throw new UsageError(`Unknown command "${action}". Try --help.`);
  }
  if (id === undefined) throw new UsageError(`${action} needs a charge point id: ${action} CP1.`);
  return { command: "bench", action, id: checkedId(id), body: bodyOf(action, rest, flags), benchPort };
}
