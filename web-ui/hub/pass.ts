import type { PassClaims } from "../../shared/booking/pass";
import { minutes, startOfSlot } from "../../shared/booking/slots";

/** A booking's pass as its driver's page knows it. What it says is shown; only the hub can tell whether it is genuine. Instants are epoch ms. */
export interface Pass {
  token: string;
  from: number;
  until: number;
  /** A start is possible from here on. */
  opens: number;
  needsPin: boolean;
}

/** Reads a pass (compact JWS) without verifying it; null where the text is none. */
export function readPass(token: string): Pass | null {
  try {
    const [, payload = ""] = token.split(".");
    const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (char) =>
      char.charCodeAt(0),
    );
    const { from, to, terms, holder } = JSON.parse(new TextDecoder().decode(bytes)) as PassClaims;
    const start = startOfSlot(from);
    const opens = start - minutes(terms.early_start_time);
    return Number.isFinite(opens) ? { token, from: start, until: startOfSlot(to), opens, needsPin: !!holder } : null;
  } catch {
    return null;
  }
}

/** The pass that a link's fragment brings (`#pass=`); null where it brings none. A fragment is never sent to a server. */
export function passIn(fragment: string): Pass | null {
  const token = /^#pass=([\w.-]+)$/.exec(fragment)?.[1];
  return token ? readPass(token) : null;
}
