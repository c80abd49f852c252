import { Low } from "lowdb";
import { AppError } from "../../shared/error";
import { GENESIS } from "../../shared/sync";
import { SnapshotAdapter } from "./adapter";
import type { Snapshot } from "./adapter";
import type { Files } from "./files";
import { Journal } from "./journal";
import type { StoreOptions } from "./options";
import { restoredAt } from "./restored";
import type { Domain, NewEvent, OpenReport, Stored } from "./types";

/** A journal file is full at 4 MiB. */
export const SEGMENT_BYTES = 4 * 1024 * 1024;

/** What a folder holds, and the files that go on from there. */
export interface Loaded<S> {
  adapter: SnapshotAdapter<S>;
  low: Low<Snapshot<S> | null>;
  journal: Journal;
  state: S;
  report: OpenReport;
}

/** Reads the newest whole snapshot of a folder and folds the journal after it. `onDisk` is the adapter's, see there. */
export async function load<S, E extends NewEvent>(
  options: StoreOptions<S, E>,
  files: Files,
  onDisk: (seq: number) => Promise<void>,
): Promise<Loaded<S>> {
  const { folder, domain, segmentBytes = SEGMENT_BYTES } = options;
  const adapter = new SnapshotAdapter<S>({ files, folder, onDisk });
  const low = new Low<Snapshot<S> | null>(adapter, null);
  await low.read();
  const snapshot = low.data;
  const state = stateOf(snapshot, domain);
  let lastAt = snapshot?.at ?? null;
  const from = { seq: snapshot?.seq ?? 0, hash: snapshot?.hash ?? GENESIS };
  const { journal, cutBytes } = await Journal.open({ files, folder, segmentBytes }, from, (event) => {
    domain.fold(state, event as Stored<E>);
    lastAt = event.at;
  });
  const report: OpenReport = {
    snapshotSeq: from.seq,
    ackedSeq: snapshot?.ackedSeq ?? null,
    replayedEvents: journal.end.seq - from.seq,
    lastAt,
    cutBytes,
    damagedSnapshots: adapter.damage,
    restoredAt: await restoredAt(files, folder),
  };
  return { adapter, low, journal, state, report };
}

function stateOf<S, E extends NewEvent>(snapshot: Snapshot<S> | null, domain: Domain<S, E>): S {
  if (!snapshot) return domain.initial();
  if (snapshot.version === domain.version) return snapshot.state;
  if (snapshot.version < domain.version) return domain.migrate(snapshot.version, snapshot.state);
  throw new AppError(
    "store_newer",
    `The data folder was written by a newer version of hitchpost (state ${snapshot.version}, this one knows ${domain.version}): update the program.`,
    { status: 500 },
  );
}
