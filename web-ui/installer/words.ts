import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Lang, Translate } from "../common/translate";
import type { HubAdminTexts } from "../hub-admin/words";
import type { TabStorage } from "./keep";
import type { BrowserPorts } from "./ports";
import type { installerEn } from "./texts-en";

export type InstallerTexts = Record<keyof typeof installerEn, string>;
export type AllTexts = HubAdminTexts & InstallerTexts;
export type T = Translate<typeof installerEn>;

/** What the parts of the page work with. */
export interface Bench {
  lang: Lang;
  t: T;
  token: string;
  storage: TabStorage;
  ports: BrowserPorts | null;
  fetch: typeof globalThis.fetch;
  /** The bytecode of the charger's program. */
  program: () => Promise<Uint8Array>;
  copy: (text: string) => Promise<void>;
  print: () => void;
}

export const BenchContext = createContext<Bench | null>(null);

export function useBench(): Bench {
  return useContext(BenchContext) as Bench;
}

const errors = {
  no_network: "errNoNetwork",
  bad_firmware: "errFirmware",
  bad_checksum: "errChecksum",
  file_missing: "errFileMissing",
  no_hub: "errHubAway",
  wrong_token: "errToken",
  no_port: "errNoPort",
  no_choice: "errNoChoice",
  port_busy: "errPortBusy",
  port_lost: "errPortLost",
  no_chip: "errNoChip",
  wrong_chip: "errWrongChip",
  flash_failed: "errFlash",
  silent: "errSilent",
  not_online: "errOffline",
  self_test: "errSelfTest",
} as const satisfies Record<string, keyof InstallerTexts>;

/** What went wrong, in plain words, and what to do. */
export function troubleText({ code, detail }: { code: string; detail: string }, t: T): string {
  if (code === "claim_refused") return t("errClaim", { detail });
  return Object.hasOwn(errors, code) ? t(errors[code as keyof typeof errors]) : t("errOther", { detail });
}
