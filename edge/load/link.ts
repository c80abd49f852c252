import { allowedUnits, waysFor } from "./profile";
import type { Way } from "./profile";

/** What was learnt of one charge point's ways, until it boots again. */
export interface Link {
  connected: boolean;
  /** What it says of charging profiles has been asked for. */
  asked: boolean;
  units: ("A" | "W")[] | null;
  stackLevel: number;
  /** Index into the ways that it may take; past their end: it takes none. */
  way: number;
  /** All ways have had no effect; when that was found. */
  roundAt: number | null;
  /** Calls in a row without an answer. */
  failures: number;
  retryAt: number;
  /** Transaction limits refused in a row: once may be bad timing at the transaction's end. */
  txRefusals: number;
  /** Its readings tell current or power. */
  measures: boolean;
  /** It answers TriggerMessage(MeterValues). */
  triggers: boolean;
}

export const newLink: Link = {
  connected: false,
  asked: false,
  units: null,
  stackLevel: 0,
  way: 0,
  roundAt: null,
  failures: 0,
  retryAt: 0,
  txRefusals: 0,
  measures: false,
  triggers: true,
};

/** The configuration that decides how limits are told (OCPP 1.6 section 9.4). */
export const CONFIGURATION_KEYS = ["ChargingScheduleAllowedChargingRateUnit", "ChargeProfileMaxStackLevel"];

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** A charger that takes no limit is tried again after this. */
export const ROUND_MS = 600_000;

/** Its answer about its configuration; null: it gave none. The highest stack level prevails over what another system may have left there. */
export function configured(link: Link, values: Map<string, string> | null): Link {
  const level = Number(values?.get("ChargeProfileMaxStackLevel") ?? 0);
  return {
    ...link,
    asked: true,
    units: allowedUnits(values?.get("ChargingScheduleAllowedChargingRateUnit") ?? null),
    stackLevel: Number.isInteger(level) && level > 0 ? level : 0,
  };
}

/** How to tell it limits now; null: it takes none. */
export function wayOf(link: Link, connectors: number): Way | null {
  return waysFor(connectors, link.units)[link.way] ?? null;
}

/** It booted or came back: everything is tried afresh but for what is sure. */
export function linkAgain(link: Link, booted: boolean): Link {
  const fresh = { ...link, failures: 0, retryAt: 0, txRefusals: 0, triggers: true };
  return booted ? { ...fresh, asked: false, way: 0, roundAt: null } : fresh;
}

/** No answer, or none that means anything. */
export function failed(link: Link, now: number): Link {
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** link.failures);
  return { ...link, failures: link.failures + 1, retryAt: now + pause };
}

/** It refused; a transaction's limit is tried once more. */
export function refusedWay(link: Link, register: "stored" | "tx", connectors: number, now: number): Link {
  if (register === "tx" && link.txRefusals === 0) {
    return { ...link, txRefusals: 1, failures: 0, retryAt: now + FIRST_PAUSE_MS };
  }
  const next = { ...link, txRefusals: 0, failures: 0, way: link.way + 1 };
  return wayOf(next, connectors) ? next : { ...next, retryAt: now + ROUND_MS };
}

/** Time for another round, where it refused all ways. */
export function anotherRound(link: Link, connectors: number, now: number): Link {
  return wayOf(link, connectors) === null && now >= link.retryAt ? { ...link, way: 0 } : link;
}

/** What it confirmed had no effect: the next way, and after a whole round a pause. */
export function withoutEffect(link: Link, connectors: number, now: number): Link {
  if (link.roundAt !== null && now < link.roundAt + ROUND_MS) return link;
  const way = link.way + 1;
  return wayOf({ ...link, way }, connectors) ? { ...link, way, roundAt: null } : { ...link, way: 0, roundAt: now };
}
