import { emptyValues } from "../installer/fields";
import type { Kept } from "../installer/keep";

/** Every part of the installer's page, for screenshots and for looking at each with axe. */
interface InstallerScene {
  name: string;
  /** What the tab has kept of an installation. */
  kept: Kept | null;
  /** Whether the browser gives the page a port; it then has none to choose. */
  hasSerial: boolean;
  /** A button that is pressed once the page is there. */
  press?: Record<"en" | "de", string>;
}

const values = { ...emptyValues, cpId: "CP7", name: "Bay 7", ssid: "Garage", hub: "http://192.168.1.10:8080" };
const state = { cpId: "CP7", key: "ab".repeat(32), done: ["firmware", "claim"] };

export const installerScenes: InstallerScene[] = [
  { name: "installer-charger", kept: null, hasSerial: true },
  {
    name: "installer-wrong",
    kept: null,
    hasSerial: true,
    press: { en: "Next: choose the port", de: "Weiter: Anschluss w\u00e4hlen" },
  },
  {
    name: "installer-stopped",
    kept: { values, state, label: null },
    hasSerial: true,
    press: { en: "Go on", de: "Fortfahren" },
  },
  {
    name: "installer-label",
    kept: { values: emptyValues, state: null, label: { cpId: "CP7", url: "http://192.168.1.10:8080/c/CP7" } },
    hasSerial: true,
  },
  { name: "installer-without", kept: null, hasSerial: false },
];

/** A script that runs in the page before its own: a browser with ports to give but none plugged in, or one without. A text, since tools that compile tests add to functions. */
export const pretendSerial = `
  Object.defineProperty(navigator, "serial", {
    configurable: true,
    value: sessionStorage.getItem("test-serial") === "yes" ? {
      getPorts: async () => [],
      requestPort: () => Promise.reject(new DOMException("No port selected by the user.", "NotFoundError")),
    } : undefined,
  });
`;
