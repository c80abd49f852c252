import { error, missing, result, status } from "./answer";
import type { Answer } from "./answer";
import type { ConfigKeys } from "./config-keys";
import { integerOf, isObject, textOf } from "./frame";
import type { Payload } from "./frame";
import { MAX_LIST_PIECE } from "./local-list";
import type { ListEntry } from "./list-entry";
import type { LocalList } from "./local-list";
import { parseInstant } from "./time";

/** Verdicts on an id tag. */
const REFUSED = 0;
export const WELCOME = 1;
/** Only the central system knows. */
export const ASK = 2;

const STATUSES = ["Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx"];

/** What the charger by itself says of an id tag (OCPP 1.6 sections 3.4 and 3.5.1, configuration keys of 9.1 and 9.2). */
export function localVerdict(config: ConfigKeys, list: LocalList, idTag: string, online: boolean): number {
  const listed = config.isOn("LocalAuthListEnabled") && list.knows(idTag);
  const accepted = listed && list.accepts(idTag);
  // a tag that the list refuses is asked for all the same: the central system may know better by now
  if (online) return accepted && config.isOn("LocalPreAuthorize") ? WELCOME : ASK;
  if (!config.isOn("LocalAuthorizeOffline")) return REFUSED;
  if (listed) return accepted ? WELCOME : REFUSED;
  return config.isOn("AllowOfflineTxForUnknownId") ? WELCOME : REFUSED;
}

/** May the second tag stop what the first has started? Its own, or one of its group that is still good (section 3.4). */
export function mayStop(config: ConfigKeys, list: LocalList, starter: string, idTag: string): boolean {
  if (starter.toLowerCase() === idTag.toLowerCase()) return true;
  if (!config.isOn("LocalAuthListEnabled") || !list.accepts(idTag)) return false;
  const group = list.groupOf(idTag);
  return group.length > 0 && group === list.groupOf(starter);
}

/** GetLocalListVersion (section 5.10): -1 where the list is switched off, 0 where it is empty. */
export function getLocalListVersion(config: ConfigKeys, list: LocalList): Answer {
  return result({ listVersion: config.isOn("LocalAuthListEnabled") ? list.version : -1 });
}

/** One AuthorizationData (section 7.1), undefined where a part of it is missing or wrong. */
function readEntry(value: unknown, full: boolean): ListEntry | undefined {
  if (!isObject(value)) return undefined;
  const idTag = textOf(value as Payload, "idTag", 20);
  const given = (value as Payload)["idTagInfo"];
  if (idTag === undefined || (given === undefined && full)) return undefined;
  const entry: ListEntry = { idTag, status: "", parentIdTag: "", expiry: undefined };
  if (given === undefined) return entry;
  if (!isObject(given)) return undefined;
  const info = given as Payload;
  const told = textOf(info, "status", 20);
  const group = info["parentIdTag"] === undefined ? "" : textOf(info, "parentIdTag", 20);
  const expiry = info["expiryDate"] === undefined ? "" : textOf(info, "expiryDate", 40);
  if (told === undefined || !STATUSES.includes(told) || group === undefined || expiry === undefined) return undefined;
  const at = expiry.length > 0 ? parseInstant(expiry) : undefined;
  if (expiry.length > 0 && at === undefined) return undefined;
  entry.status = told;
  entry.parentIdTag = group;
  entry.expiry = at;
  return entry;
}

/** SendLocalList (section 5.15). */
export function sendLocalList(config: ConfigKeys, list: LocalList, payload: Payload): Answer {
  if (!config.isOn("LocalAuthListEnabled")) return status("NotSupported");
  const version = integerOf(payload, "listVersion");
  const type = textOf(payload, "updateType", 20);
  const given = payload["localAuthorizationList"];
  if (version === undefined) return missing("listVersion");
  if (type !== "Full" && type !== "Differential") return missing("updateType");
  if (given !== undefined && !Array.isArray(given)) return missing("localAuthorizationList");
  const values = given === undefined ? [] : (given as unknown[]);
  if (values.length > MAX_LIST_PIECE) return error("OccurenceConstraintViolation", "more than SendLocalListMaxLength");
  const entries: ListEntry[] = [];
  for (const value of values) {
    const entry = readEntry(value, type === "Full");
    if (entry === undefined) return missing("a part of localAuthorizationList");
    entries.push(entry);
  }
  if (version < 1) return status("Failed"); // 0 is no list, -1 is none possible
  if (type === "Differential" && version <= list.version) return status("VersionMismatch");
  return status(list.update(version, type === "Full", entries) ? "Accepted" : "Failed");
}
