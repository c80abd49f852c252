import { exportJWK, generateKeyPair, importJWK } from "jose";
import type { CryptoKey } from "jose";
import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { PairRequest } from "../../shared/sync";
import { ensurePrivate, readPrivate, writePrivate } from "../identity";

/** Who this hub is to the cloud: its own Ed25519 key, and what the cloud told at pairing. Both in files that only the hub's user may read. */

const keySchema = z.object({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string(),
  d: z.string(),
  /** When it was made, ISO 8601; missing: nobody knows. */
  madeAt: z.string().optional(),
  /** Public halves of the keys before, the last first: they have signed passes that still hold. */
  before: z.array(z.string()).default([]),
});
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
  /** Epoch ms; null: nobody knows. */
  madeAt: number | null;
  /** The keys before it, which have signed passes that still hold. */
  before: PairRequest["publicKey"][];
}
export type CloudIdentity = z.infer<typeof cloudSchema>;

const keyFile = (folder: string) => join(folder, "hub-key.json");
const nextFile = (folder: string) => join(folder, "hub-key-next.json");
/** So many keys before the present one are remembered. */
const BEFORE = 4;
const cloudFile = (folder: string) => join(folder, "cloud.json");

/** The hub's key; null before the first pairing. Rejects where the file is there and no key. */
export async function loadHubKey(folder: string): Promise<HubKey | null> {
  const text = await readPrivate(keyFile(folder));
  return text === null ? null : hubKeyOf(keySchema.parse(JSON.parse(text)));
}

/** The hub's key, made now (epoch ms; missing: at an unknown time) where there is none. */
export async function ensureHubKey(folder: string, now?: number): Promise<HubKey> {
  const text = await ensurePrivate(keyFile(folder), () => makeKey(now));
  return hubKeyOf(keySchema.parse(JSON.parse(text)));
}

async function makeKey(now?: number): Promise<string> {
  const pair = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const madeAt = now === undefined ? {} : { madeAt: new Date(now).toISOString() };
  return `${JSON.stringify(keySchema.parse({ ...(await exportJWK(pair.privateKey)), ...madeAt }))}\n`;
}

/** Notes when (epoch ms) the hub's key was made, where nobody knows: what is kept with it, as a back-up, goes on holding. */
export async function stampHubKey(folder: string, now: number): Promise<void> {
  const text = await readPrivate(keyFile(folder));
  const key = text === null ? null : keySchema.parse(JSON.parse(text));
  if (!key || key.madeAt !== undefined) return;
  await writePrivate(keyFile(folder), `${JSON.stringify({ ...key, madeAt: new Date(now).toISOString() })}\n`);
}

/** The key that is to follow the present one; null: none is. */
export async function loadNextKey(folder: string): Promise<HubKey | null> {
  const text = await readPrivate(nextFile(folder));
  return text === null ? null : hubKeyOf(keySchema.parse(JSON.parse(text)));
}

/** Makes the key that is to follow the present one, or gives the one that was made. */
export async function ensureNextKey(folder: string, now: number): Promise<HubKey> {
  const text = await ensurePrivate(nextFile(folder), () => makeKey(now));
  return hubKeyOf(keySchema.parse(JSON.parse(text)));
}

/** Puts the next key in the place of the present one. Repeating it, as after a power cut in the midst, changes nothing more. */
export async function takeNextKey(folder: string): Promise<void> {
  const [next, present] = await Promise.all([nextFile, keyFile].map((file) => readPrivate(file(folder))));
  if (!next) return;
  const key = keySchema.parse(JSON.parse(next));
  const old = present ? keySchema.parse(JSON.parse(present)) : null;
  const before = old ? [old.x, ...old.before].filter((x) => x !== key.x).slice(0, BEFORE) : [];
  await writePrivate(keyFile(folder), `${JSON.stringify({ ...key, before })}\n`);
  await unlink(nextFile(folder));
}

async function hubKeyOf(jwk: z.infer<typeof keySchema>): Promise<HubKey> {
  const privateKey = (await importJWK(jwk, "EdDSA")) as CryptoKey;
  const publicKeyOf = (x: string) => ({ kty: jwk.kty, crv: jwk.crv, x });
  const madeAt = jwk.madeAt === undefined ? null : Date.parse(jwk.madeAt);
  return { privateKey, publicKey: publicKeyOf(jwk.x), madeAt, before: jwk.before.map(publicKeyOf) };
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
