import { MAX_PROFILES } from "../charging-profiles";
import { ConfigKeys } from "../config-keys";
import { LocalList, MAX_LIST } from "../local-list";
import { MessageQueue, PLACES } from "../message-queue";
import { CONTEXT_END } from "../queue-entry";
import { parseInstant } from "../time";
import { encodeTransaction } from "../transaction";
import { WallClock } from "../wall-clock";
import { MemoryStore } from "./rig";

const STAMP = "2026-03-01T12:00:00.000Z";
const INT32 = 2_147_483_647;
const TAG = "W".repeat(20);

/** A flash in which everything that the program keeps is there at once, and as long as it can be. */
export function largestFlash(): MemoryStore {
  const store = new MemoryStore();
  const clock = new WallClock(1);
  clock.sync(STAMP);
  const config = new ConfigKeys(store, {});
  const longest = ["86400", "100", "false", "true", "Energy.Active.Import.Register", "Manual"];
  for (let i = 0; i < config.count(); i += 1) {
    for (const value of longest) config.change(String(config.describe(i)["key"]), value);
  }
  const list = new LocalList(store, {}, clock);
  for (let at = 0; at < MAX_LIST; at += 20) {
    const piece = Array.from({ length: 20 }, (_, i) => ({
      idTag: `${TAG.slice(3)}${100 + at + i}`,
      status: "Accepted",
      parentIdTag: TAG,
      expiry: parseInstant(STAMP),
    }));
    list.update(INT32 - 100 + at / 20, at === 0, piece);
  }
  const queue = new MessageQueue(store, { seq: `${INT32 - 1000}` });
  const last = { context: CONTEXT_END, stamp: STAMP, wh: INT32, powerW: 0, currentMa: 0, voltageMv: 0 };
  const tx = { no: INT32, idTag: TAG, meterStart: INT32, stamp: STAMP };
  for (let i = 0; i < PLACES; i += 1) queue.stop(tx, TAG, "UnlockCommand", last, true, 0);
  // one profile is one value, of whatever length a value may have
  for (let i = 0; i < MAX_PROFILES; i += 1) store.put(`p${i}`, "1".repeat(224));
  store.put("rsv", JSON.stringify([INT32, TAG, TAG, "2026-03-01T12:00:00.000000000000000+01:00"]));
  store.put("tx", encodeTransaction(tx));
  store.put("reg", `${INT32},${INT32},65535,${STAMP}`);
  store.put("map", `${INT32},${INT32}`);
  for (const key of ["boot", "txNo"]) store.put(key, `${INT32}`);
  store.put("inop", "1");
  return store;
}
