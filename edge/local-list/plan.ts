import { normaliseIdTag } from "../../shared/ocpp";
import { infoOf } from "../ocpp/authorise";
import type { CallRequest } from "../ocpp/calls";
import type { HubState, IdTag, LocalLists } from "../state/state";

/** What is to be sent to a charger so that its local authorisation list (OCPP 1.6 section 3.5) is what the owner set. Pure. */

type Update = CallRequest<"SendLocalList">;
type Entry = NonNullable<Update["localAuthorizationList"]>[number];

/** What a charger has room for. */
export interface Room {
  /** Id tags in its list: LocalAuthListMaxLength. */
  entries: number;
  /** Id tags in one message: SendLocalListMaxLength. */
  perMessage: number;
}

export interface Plan {
  updates: Update[];
  /** Event up to which the id tags are in it. */
  upTo: number;
  /** How many id tags the charger then has, and whether that is all. */
  entries: number;
  complete: boolean;
}

/** The event that last changed what lists hold. */
export function newestChange({ changes, floor }: LocalLists): number {
  return Object.values(changes).reduce((newest, { seq }) => Math.max(newest, seq), floor);
}

/**
 * The whole list, in as many messages as it takes, the versions counting from `version`. Where the charger has not room for all, those that
 * may charge come first.
 */
export function wholeList(state: Readonly<HubState>, now: number, version: number, room: Room): Plan {
  const all = Object.values(state.idTags)
    .map((tag) => entryOf(state, tag, now))
    .toSorted((a, b) => rank(a) - rank(b));
  const entries = all.slice(0, room.entries);
  return {
    updates: inPieces(entries, "Full", version, room),
    upTo: state.localLists ? newestChange(state.localLists) : 0,
    entries: entries.length,
    complete: entries.length === all.length,
  };
}

/** What has changed since the event `upTo`; null: the list must be sent as a whole. */
export function changedSince(
  state: Readonly<HubState>,
  now: number,
  version: number,
  room: Room,
  upTo: number,
): Plan | null {
  const lists = state.localLists;
  const total = Object.keys(state.idTags).length;
  if (!lists || upTo < lists.floor || total > room.entries) return null;
  const changed = new Set(Object.keys(lists.changes).filter((key) => (lists.changes[key]?.seq ?? 0) > upTo));
  const removed = [...changed].filter((key) => !Object.hasOwn(state.idTags, key));
  const set = Object.entries(state.idTags).filter(
    ([key, { parentIdTag }]) => changed.has(key) || (parentIdTag !== null && changed.has(normaliseIdTag(parentIdTag))),
  );
  const entries: Entry[] = [
    // First those that go: they make room.
    ...removed.map((key) => ({ idTag: lists.changes[key]?.idTag ?? key })),
    ...set.map(([, tag]) => entryOf(state, tag, now)),
  ];
  return {
    updates: inPieces(entries, "Differential", version, room),
    upTo: newestChange(lists),
    entries: total,
    complete: true,
  };
}

function entryOf(state: Readonly<HubState>, tag: IdTag, now: number): Required<Entry> {
  return { idTag: tag.idTag.trim(), idTagInfo: infoOf(state.idTags, tag, now) };
}

function rank({ idTagInfo }: Required<Entry>): number {
  return idTagInfo.status === "Accepted" ? 0 : 1;
}

/** After the first piece the others only add to it. */
function inPieces(entries: Entry[], updateType: Update["updateType"], version: number, { perMessage }: Room): Update[] {
  const count = Math.max(1, Math.ceil(entries.length / perMessage));
  return Array.from({ length: count }, (_, index) => ({
    listVersion: version + index,
    localAuthorizationList: entries.slice(index * perMessage, (index + 1) * perMessage),
    updateType: index === 0 ? updateType : "Differential",
  }));
}
