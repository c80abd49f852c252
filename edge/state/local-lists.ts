import { normaliseIdTag } from "../../shared/ocpp";
import type { HubState, LocalLists } from "./state";

/** Removed id tags are remembered so many deep, so that chargers can be told of them alone. */
const REMOVED_TAGS = 1000;

export function listsOf(state: HubState): LocalLists {
  return (state.localLists ??= { changes: {}, floor: 0, chargers: {} });
}

/** An id tag is set. A new spelling must reach chargers that look at the case with the old one gone: their list is sent anew. */
export function noteTagSet(state: HubState, idTag: string, seq: number): void {
  const lists = listsOf(state);
  const key = normaliseIdTag(idTag);
  const before = spellingOf(state, key);
  if (before !== undefined && before !== idTag) lists.floor = seq;
  lists.changes[key] = { seq, idTag };
}

/** An id tag is removed from `state.idTags`. */
export function noteTagRemoved(state: HubState, idTag: string, seq: number): void {
  const lists = listsOf(state);
  const key = normaliseIdTag(idTag);
  lists.changes[key] = { seq, idTag: spellingOf(state, key) ?? idTag };
  delete state.idTags[key];
  const removed = Object.keys(lists.changes).filter((each) => !Object.hasOwn(state.idTags, each));
  if (removed.length <= REMOVED_TAGS) return;
  for (const each of removed) delete lists.changes[each];
  lists.floor = seq;
}

function spellingOf(state: HubState, key: string): string | undefined {
  const changes = state.localLists?.changes ?? {};
  const tag = Object.hasOwn(state.idTags, key) ? state.idTags[key] : undefined;
  return (Object.hasOwn(changes, key) ? changes[key] : tag)?.idTag;
}
