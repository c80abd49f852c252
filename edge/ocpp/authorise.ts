import { normaliseIdTag } from "../../shared/ocpp";
import type { IdTag, StartRequest } from "../state/state";
import type { Context } from "./route";
import { isoTime } from "./times";
import type { IdTagInfo } from "./types";

/** Who may charge (OCPP 1.6 sections 4.2 and 7.27). */
export interface Verdict {
  info: IdTagInfo;
  /** The page's request that minted this idTag, live or given up. */
  request: StartRequest | null;
}

const MAX_ID_TAG = 20;

/**
 * Judges an idTag at one charge point, without regard to case: first those that the hub minted for a start, then the owner's list.
 * One that is too long is `Invalid`, and so is one that nobody knows.
 */
export function authorise(context: Pick<Context, "cpId" | "state" | "now" | "settings">, idTag: string): Verdict {
  const { cpId, state, now, settings } = context;
  const key = normaliseIdTag(idTag);
  if (key === "" || idTag.trim().length > MAX_ID_TAG) return verdict("Invalid");
  const minted = Object.values(state.startRequests).filter(
    (each) => each.cpId === cpId && normaliseIdTag(each.idTag) === key,
  );
  const request = minted.find((each) => !each.failed) ?? minted[0];
  if (request) return verdict(request.failed ? "Invalid" : "Accepted", request);
  const known = Object.hasOwn(state.idTags, key) ? state.idTags[key] : undefined;
  if (known) return { info: infoOf(state.idTags, known, now), request: null };
  return verdict(settings.acceptUnknown ? "Accepted" : "Invalid");
}

function verdict(status: IdTagInfo["status"], request: StartRequest | null = null): Verdict {
  return { info: { status }, request };
}

/**
 * What an id tag of the owner's list may do at `now` (epoch ms). One whose parent the list holds as blocked, invalid or expired is so too: the
 * owner takes a family or a firm off with one tag.
 */
export function infoOf(tags: Readonly<Record<string, IdTag>>, tag: IdTag, now: number): IdTagInfo {
  const key = tag.parentIdTag === null ? "" : normaliseIdTag(tag.parentIdTag);
  const parent = Object.hasOwn(tags, key) ? tags[key] : undefined;
  const own = statusOf(tag, now);
  return {
    status: own === "Accepted" && parent ? statusOf(parent, now) : own,
    ...(tag.expiryDate === null ? {} : { expiryDate: isoTime(Date.parse(tag.expiryDate)) }),
    ...(tag.parentIdTag === null ? {} : { parentIdTag: tag.parentIdTag }),
  };
}

function statusOf({ status, expiryDate }: IdTag, now: number): IdTagInfo["status"] {
  return status === "Accepted" && expiryDate !== null && Date.parse(expiryDate) <= now ? "Expired" : status;
}

/** The form in which an idTag is kept: at most 20 characters, never empty. */
export function keptIdTag(idTag: string | null | undefined): string {
  return idTag?.trim().slice(0, MAX_ID_TAG) || "UNKNOWN";
}
