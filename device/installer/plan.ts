import type { Board } from "../../shared/board-firmware";

/** What is installed, and where: from the command line, or from the page's form. */
export interface Plan {
  /** 1 to 36 letters, digits, ".", "_" or "-", a letter or digit first. */
  cpId: string;
  /** What people call it, such as its bay; empty: its id. */
  name: string;
  /** Where the installer asks the hub. */
  apiUrl: string;
  /** The hub's address as the charger reaches it. */
  hubUrl: string;
  /** Where drivers find the hub's page, for the label. */
  labelUrl: string;
  mqttPort: number;
  /** The hub's admin token. */
  token: string;
  ssid: string;
  /** Empty: an open network. */
  wifiPassword: string;
  board: Board;
  /** What the charger and its circuit may carry, A a phase. */
  maxCurrentA: number;
  /** What a fixed cable may carry, A; 0: a socket. */
  fixedCableA: number;
  /** 1 or 3. */
  phases: number;
  /** What the firmware's SHA-256 must be, 64 hex digits. */
  sha256: string | undefined;
  /** Forget an interrupted installation. */
  restart: boolean;
  dryRun: boolean;
  /** How long the self-test may be silent, ms; undefined for the usual. */
  patienceMs?: number | undefined;
}

export const LEAST_AMPERES = 6;
export const MOST_AMPERES = 80;
export const USUAL_MQTT_PORT = 1883;
export const LONGEST_NAME = 60;

export function isCpId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,35}$/.test(text);
}

/** Whether it is an address such as http://192.168.1.10:8080. */
export function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Whether an address is one by which only the computer itself is reached. */
export function isLoopback(url: string): boolean {
  return /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(new URL(url).hostname);
}

/** Whether it can be a network's name: at most 32 bytes (IEEE 802.11, 9.4.2.2). */
export function isSsid(text: string): boolean {
  return text !== "" && new TextEncoder().encode(text).length <= 32;
}

/** Whether it can be a network's password (WPA2 passphrase), or none. */
export function isWifiPassword(text: string): boolean {
  return text === "" || /^[ -~]{8,63}$/.test(text);
}

export function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/i.test(text);
}

/** Whether a number is whole and from `least` to `most`. */
export function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
