import type { StartFailure } from "../../shared/hub-page";
import type { hubEn } from "./texts-en";
import type { Words } from "./words";

type Key = keyof typeof hubEn;

/** What people on the page do, so far as it can go wrong. */
export type Action = "start" | "stop" | "unlock" | "receipt";

/** What went wrong after a tap: the hub's code, and what it says beside it. */
export interface PageError {
  action: Action;
  code: string;
  details?: Record<string, unknown> | undefined;
}

const failures: Record<StartFailure, Key> = {
  offline: "failOffline",
  rejected: "failRejected",
  no_answer: "failNoAnswer",
  not_plugged_in: "failNotPluggedIn",
  not_charging: "failNotCharging",
  error: "failError",
};

/** The sentence for a start that failed: what happened, that no money is affected, what to do. */
export function failureKey(reason: StartFailure): Key {
  return failures[reason];
}

const start: Record<string, Key> = {
  network: "errorNetwork",
  access_key_required: "errorAccessKey",
  access_key_invalid: "errorAccessKey",
  pass_required: "errorForbidden",
  connector_busy: "errorBusy",
  connector_reserved: "errorReserved",
  reserved_soon: "errorReserved",
  blocked: "errorNotNow",
  connector_unavailable: "errorNotNow",
  connector_faulted: "errorNotNow",
  connector_unknown: "errorNotNow",
  charge_point_offline: "failOffline",
  rate_limited: "errorRate",
  pass_unreadable: "errorPass",
  pass_invalid: "errorPass",
  pass_other_site: "errorPassOther",
  pass_revoked: "errorPassRevoked",
  pass_used: "errorPassUsed",
  pass_too_early: "errorTooEarly",
  pass_too_late: "errorTooLate",
  pin_wrong: "errorPin",
  pin_needed: "errorPin",
  pin_blocked: "errorOperator",
  operator_needed: "errorOperator",
  unknown_booking: "errorReference",
  site_full: "errorFull",
  place_free: "errorPlaceFree",
};

const others: Record<Exclude<Action, "start">, Record<string, Key> & { any: Key }> = {
  stop: { network: "errorNetwork", not_yours: "errorNotYours", any: "errorStop" },
  unlock: { network: "errorNetwork", any: "errorUnlock" },
  receipt: {
    network: "errorReceipt",
    session_running: "receiptRunning",
    rate_limited: "errorRate",
    any: "receiptLocked",
  },
};

/** The sentence's key for an error code of the hub. */
export function errorKey(code: string, action: Action): Key {
  const [known, any] = action === "start" ? [start, "errorAny" as const] : [others[action], others[action].any];
  return (Object.hasOwn(known, code) ? known[code] : undefined) ?? any;
}

/** Sentences that name times. */
const timed = new Set<Key>(["errorReserved", "errorTooEarly", "errorTooLate"]);

/** What happened, whether charging or money is affected, and what to do next, with the times that the hub has named. */
export function errorSentence({ action, code, details = {} }: PageError, { t, format }: Words): string {
  const key = errorKey(code, action);
  if (!timed.has(key)) return t(key as "errorAny");
  const from = details["from"] ?? details["opensAt"] ?? details["closesAt"];
  // A hub that names no times gets the sentence without them.
  if (from === undefined) return t("errorNotNow");
  const until = details["until"] ?? details["closesAt"] ?? from;
  const times = { from: format.time(String(from)), until: format.time(String(until)) };
  return t(key as "errorReserved", times);
}
