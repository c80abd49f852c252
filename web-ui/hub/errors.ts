import type { StartFailure } from "../../shared/hub-page";
import type { hubEn } from "./texts-en";

type Key = keyof typeof hubEn;

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

const errors: Record<string, Key> = {
  network: "errorNetwork",
  access_key_required: "errorAccessKey",
  access_key_invalid: "errorAccessKey",
  pass_required: "errorForbidden",
  connector_busy: "errorBusy",
  connector_reserved: "errorNotNow",
  connector_unavailable: "errorNotNow",
  connector_faulted: "errorNotNow",
  connector_unknown: "errorNotNow",
  charge_point_offline: "failOffline",
  rate_limited: "errorRate",
};

const stopErrors: Record<string, Key> = {
  network: "errorNetwork",
  not_yours: "errorNotYours",
  rate_limited: "errorStop",
};

/** The sentence for an error code of the hub after a tap on start or stop, or while a receipt was fetched. */
export function errorKey(code: string, action: "start" | "stop" | "receipt"): Key {
  if (action === "receipt") return code === "network" ? "errorReceipt" : receiptErrors(code);
  const known = action === "start" ? errors : stopErrors;
  return (Object.hasOwn(known, code) ? known[code] : undefined) ?? (action === "start" ? "errorAny" : "errorStop");
}

function receiptErrors(code: string): Key {
  if (code === "session_running") return "receiptRunning";
  return "receiptLocked";
}
