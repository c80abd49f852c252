import { AppError } from "../../shared/error";
import type { Log } from "../log";
import type { CloudClient } from "./client";
import type { HubKey } from "./credentials";
import { ensureNextKey, loadHubKey, loadNextKey, stampHubKey, takeNextKey } from "./credentials";
import { refusedBy } from "./request";

/** A key is used for half a year. */
const ROTATE_MS = 182 * 86_400_000;

/**
 * Gives the hub a new key for its cloud where the present one is old, or where a change was begun and did not come to its end. The new key is on disk before the cloud hears of it, and
 * takes the place of the old one only when the cloud has confirmed it, so that a power cut at any point leaves one that holds. Never rejects: a key that is not
 * changed today is changed another day.
 */
export async function settleKey(client: CloudClient, folder: string, log: Log): Promise<void> {
  try {
    const key = await loadHubKey(folder);
    if (!key) return;
    const begun = await loadNextKey(folder);
    const now = client.now();
    // a key of before the times were kept counts from now: changed at once, it would make every older back-up useless
    if (key.madeAt === null) await stampHubKey(folder, now);
    const isOld = Math.abs(now - (key.madeAt ?? now)) > ROTATE_MS;
    if (!begun && !isOld) return;
    const next = begun ?? (await ensureNextKey(folder, now));
    const isTaken = begun !== null && (await confirm(client, next));
    if (!isTaken && !((await name(client, next)) && (await confirm(client, next)))) return;
    await takeNextKey(folder);
    client.useKey(next.privateKey);
    log.info("the hub has a new key for its cloud");
  } catch (error) {
    log.warn({ err: error }, "the hub's key for its cloud could not be changed; trying again at the next connection");
  }
}

/** Tells the cloud, by the present key, which one is to follow. False: this cloud knows no such thing. */
async function name(client: CloudClient, next: HubKey): Promise<boolean> {
  const proof = await client.token({ key: next.privateKey });
  const claims = { nextKey: next.publicKey };
  const answer = await client.post("key", JSON.stringify({ proof }), { claims });
  if (answer.status === 404) return false;
  if (answer.status !== 204) throw refusedBy(answer);
  return true;
}

/** Whether the cloud takes the new key, and from now on only it. */
async function confirm(client: CloudClient, next: HubKey): Promise<boolean> {
  try {
    return (await client.post("key/confirm", "{}", { key: next.privateKey })).status === 204;
  } catch (error) {
    if (error instanceof AppError && error.code === "cloud_refused") return false;
    throw error;
  }
}
