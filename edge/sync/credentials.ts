import { exportJWK, generateKeyPair, importJWK } from "jose";
import type { CryptoKey } from "jose";
import { join } from "node:path";
import { z } from "zod";
import type { PairRequest } from "../../shared/sync";
import { ensurePrivate, readPrivate, writePrivate } from "../identity";

/** Who this hub is to the cloud: its own Ed25519 key, and what the cloud told at pairing. Both in files that only the hub's user may read. */

const keySchema = z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string(), d: z.string() });
const cloudSchema = z.object({
  hubId: z.uuid(),
  audience: z.string(),
  /** The cloud's public keys, to verify passes while it is out of reach. */
  keys: z.array(z.record(z.string(), z.unknown())),
  /** Secret of hub and cloud behind the PINs of passes, base64url; missing: this cloud gives none. */
  pinSecret: z.string().optional(),
});

export interface HubKey {
  privateKey: CryptoKey;
  publicKey: PairRequest["publicKey"];
}
export type CloudIdentity = z.infer<typeof cloudSchema>;

const keyFile = (folder: string) => join(folder, "hub-key.json");
const cloudFile = (folder: string) => join(folder, "cloud.json");

/** The hub's key; null before the first pairing. Rejects where the file is there and no key. */
export async function loadHubKey(folder: string): Promise<HubKey | null> {
  const text = await readPrivate(keyFile(folder));
  return text === null ? null : hubKeyOf(keySchema.parse(JSON.parse(text)));
}

/** The hub's key, made now where there is none. */
export async function ensureHubKey(folder: string): Promise<HubKey> {
  const text = await ensurePrivate(keyFile(folder), async () => {
    const pair = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
    return `${JSON.stringify(keySchema.parse(await exportJWK(pair.privateKey)))}\n`;
  });
  return hubKeyOf(keySchema.parse(JSON.parse(text)));
}

async function hubKeyOf(jwk: z.infer<typeof keySchema>): Promise<HubKey> {
  const privateKey = (await importJWK(jwk, "EdDSA")) as CryptoKey;
  return { privateKey, publicKey: { kty: jwk.kty, crv: jwk.crv, x: jwk.x } };
}

/** What the cloud told at pairing; null before. */
export async function loadCloudIdentity(folder: string): Promise<CloudIdentity | null> {
  const text = await readPrivate(cloudFile(folder));
  return text === null ? null : cloudSchema.parse(JSON.parse(text));
}

export async function saveCloudIdentity(folder: string, identity: CloudIdentity): Promise<void> {
  const { hubId, audience, keys, pinSecret } = identity;
  await writePrivate(cloudFile(folder), `${JSON.stringify({ hubId, audience, keys, pinSecret })}\n`);
}
