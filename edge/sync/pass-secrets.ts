import { isDeepStrictEqual } from "node:util";
import { AppError } from "../../shared/error";
import { passSecretsSchema } from "../../shared/sync";
import type { CloudClient } from "./client";
import { loadCloudIdentity, saveCloudIdentity } from "./credentials";
import { refusedBy } from "./request";

/**
 * Fetches what the cloud's passes and their PINs are checked with, and keeps it: a hub that was paired long ago was never told, and keys may change. Gives its
 * name, for the feed's request, once it is on disk; null where this cloud gives none. Rejects with AppError `cloud_unreachable`, `cloud_refused`, `bad_answer`.
 */
export async function fetchPassSecrets(client: CloudClient, folder: string): Promise<string | null> {
  const answer = await client.get("pass-secrets");
  if (answer.status === 404) return null;
  if (answer.status !== 200) throw refusedBy(answer);
  const parsed = passSecretsSchema.safeParse(answer.body);
  if (!parsed.success) {
    throw new AppError("bad_answer", "The cloud's keys for passes cannot be understood.", { status: 502 });
  }
  const { id, keys, pinSecret } = parsed.data;
  const identity = await loadCloudIdentity(folder);
  if (!identity) return null;
  const known = { keys: identity.keys, pinSecret: identity.pinSecret };
  if (!isDeepStrictEqual(known, { keys, pinSecret })) await saveCloudIdentity(folder, { ...identity, keys, pinSecret });
  return id;
}
