import type { Board } from "../../shared/board-firmware";
import { isBoard } from "../../shared/board-firmware";
import {
  isCpId,
  isHttpUrl,
  isLoopback,
  isSha256,
  isSsid,
  isWhole,
  isWifiPassword,
  LEAST_AMPERES,
  LONGEST_NAME,
  MOST_AMPERES,
  USUAL_MQTT_PORT,
} from "../../device/installer/plan";
import type { Plan } from "../../device/installer/plan";
import type { InstallerTexts } from "./words";

/** What the form holds, each field as text. */
export interface Values {
  cpId: string;
  name: string;
  maxCurrent: string;
  fixedCable: string;
  phases: string;
  ssid: string;
  wifiPassword: string;
  hub: string;
  board: string;
  /** `hub`: the hub fetches the firmware. `file`: the person has one. */
  source: string;
  sha256: string;
}

export const emptyValues: Values = {
  cpId: "",
  name: "",
  maxCurrent: "16",
  fixedCable: "",
  phases: "1",
  ssid: "",
  wifiPassword: "",
  hub: "",
  board: "esp32s3_bare",
  source: "hub",
  sha256: "",
};

export type FieldErrors = Partial<Record<keyof Values, Extract<keyof InstallerTexts, `wrong${string}`>>>;

const isAmperes = (text: string): boolean => /^\d+$/.test(text) && isWhole(Number(text), LEAST_AMPERES, MOST_AMPERES);

/** What is wrong with a form, by field. The rules are those of `flash.sh`. */
export function check(values: Values): FieldErrors {
  const errors: FieldErrors = {};
  if (!isCpId(values.cpId)) errors.cpId = "wrongId";
  if (values.name.length > LONGEST_NAME) errors.name = "wrongName";
  if (!isAmperes(values.maxCurrent)) errors.maxCurrent = "wrongAmperes";
  if (values.fixedCable !== "" && !isAmperes(values.fixedCable)) errors.fixedCable = "wrongAmperes";
  if (!isSsid(values.ssid)) errors.ssid = "wrongSsid";
  if (!isWifiPassword(values.wifiPassword)) errors.wifiPassword = "wrongPassword";
  if (!isHttpUrl(values.hub)) errors.hub = "wrongHub";
  else if (isLoopback(values.hub)) errors.hub = "wrongLoopback";
  if (values.sha256 !== "" && !isSha256(values.sha256)) errors.sha256 = "wrongSha256";
  return errors;
}

/** Where the hub is, for the page and for the charger. */
export interface HubPlace {
  /** The page's own origin. */
  origin: string;
  mqttPort: number;
  publicUrl: string | null;
}

/** The plan of a form in which nothing is wrong. */
export function planOf(values: Values, { origin, mqttPort, publicUrl }: HubPlace, token: string): Plan {
  return {
    cpId: values.cpId,
    name: values.name,
    apiUrl: origin,
    hubUrl: values.hub,
    labelUrl: publicUrl ?? values.hub,
    mqttPort,
    token,
    ssid: values.ssid,
    wifiPassword: values.wifiPassword,
    board: boardOf(values),
    maxCurrentA: Number(values.maxCurrent),
    fixedCableA: Number(values.fixedCable),
    phases: Number(values.phases),
    sha256: values.sha256 === "" ? undefined : values.sha256,
    restart: false,
    dryRun: false,
  };
}

function boardOf({ board }: Values): Board {
  return isBoard(board) ? board : "esp32s3_bare";
}

/** The command that does the same as this page, for a shell. No secret is in it: it asks for them. */
export function commandOf(values: Values, mqttPort: number = USUAL_MQTT_PORT): string {
  const options: [name: string, value: string, usual: string][] = [
    ["id", values.cpId || "CP1", ""],
    ["name", values.name, ""],
    ["hub", values.hub, ""],
    ["ssid", values.ssid || "WIFI", ""],
    ["max-current", values.maxCurrent, ""],
    ["fixed-cable", values.fixedCable, ""],
    ["phases", values.phases, emptyValues.phases],
    ["board", boardOf(values), emptyValues.board],
    ["mqtt-port", String(mqttPort), String(USUAL_MQTT_PORT)],
    ["sha256", values.sha256, ""],
  ];
  const given = options.filter(([, value, usual]) => value !== "" && value !== usual);
  return ["./flash.sh", ...given.map(([name, value]) => `--${name} ${quoted(value)}`)].join(" ");
}

/** A word of a POSIX shell (IEEE 1003.1, 2.2). */
function quoted(text: string): string {
  return /^[\w.:/@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
