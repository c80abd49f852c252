import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import type { CryptoKey, JWK } from "jose";
import { CompactSign, compactVerify, importJWK } from "jose";
import { z } from "zod";
import type { PassClaims, Presented } from "../../shared/booking";
import { passClaimsSchema } from "../../shared/booking/schema";
import { AppError } from "../../shared/error";
import { ensurePrivate } from "../identity";
import { ensureHubKey, loadCloudIdentity, loadHubKey } from "../sync/credentials";

/** Passes (booking protocol, "Pass"): compact JWS, Ed25519 (RFC 7515, RFC 8037), of the cloud or of this hub; checked without anybody's help. */

/** What a driver shows: the pass, and what proves that it is his. */
export interface Shown {
  pass: string;
  pin?: string | undefined;
  /** Of a pass with a holder's key: his compact JWS over `{ booking, hub, at }`, made when the link was opened. */
  proof?: string | undefined;
}

/** Longest pass; one with a long tariff has some 4,000 characters. */
export const LONGEST_PASS = 20_000;

/** `typ` of a pass, so that no other token of its issuer's key can be taken for one. */
const PASS_TYPE = "pass+jws";

/** A proof is made as the driver opens the link, on a phone whose clock may be a little off; ms. */
const PROOF_MS = 10 * 60_000;

const algorithms = ["EdDSA", "Ed25519"];
const proofSchema = z.object({ booking: z.string(), hub: z.string(), at: z.iso.datetime() });

export interface PassKeys {
  /** A pass of this hub. */
  sign(claims: PassClaims): Promise<string>;
  /** The pass as far as its border goes: what it says, and whether signature and holder are right. Rejects with AppError 400 `pass_unreadable`. */
  open(shown: Shown, now: number): Promise<Omit<Presented, "operator">>;
  /** How a PIN of a local booking is kept. */
  pinTag(booking: string, pin: string): Promise<string>;
}

/** The keys of a hub, from the files of its data folder. They are read when asked for: pairing may have changed them. */
export function passKeys(folder: string): PassKeys {
  return {
    sign: async (claims) => {
      const { privateKey } = await ensureHubKey(folder);
      const text = new TextEncoder().encode(JSON.stringify(claims));
      return new CompactSign(text).setProtectedHeader({ alg: "EdDSA", typ: PASS_TYPE }).sign(privateKey);
    },
    open: async ({ pass, pin, proof }, now) => {
      const claims = claimsIn(pass);
      const signed = await isSignedBy(pass, await issuerKeys(folder, claims.issuer), PASS_TYPE);
      const { holder } = claims;
      if (!signed || holder === null) return { claims, signed, proof: "missing" };
      if ("pinTag" in holder) {
        const secret = await pinSecret(folder, claims.issuer);
        return { claims, signed, proof: proofOfPin(holder.pinTag, secret, claims.booking, pin) };
      }
      return { claims, signed, proof: await proofOfKey(holder.key, claims, proof, now) };
    },
    pinTag: async (booking, pin) => tagOf(await pinSecret(folder, "hub"), booking, pin),
  };
}

/** Whether a PIN is the one of a tag. */
function proofOfPin(tag: string, secret: string | null, booking: string, pin: string | undefined): Presented["proof"] {
  if (!pin) return "missing";
  return secret !== null && isSame(tagOf(secret, booking, pin), tag) ? "right" : "wrong";
}

function claimsIn(pass: string): PassClaims {
  const parsed = pass.length <= LONGEST_PASS ? passClaimsSchema.safeParse(payloadOf(pass)) : null;
  if (!parsed?.success) throw new AppError("pass_unreadable", "This is no pass, or only a part of one.");
  return parsed.data;
}

function payloadOf(jws: string): unknown {
  const parts = jws.split(".");
  try {
    return parts.length === 3 ? JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString("utf8")) : undefined;
  } catch {
    return undefined;
  }
}

async function issuerKeys(folder: string, issuer: PassClaims["issuer"]): Promise<CryptoKey[]> {
  if (issuer === "hub") {
    const own = await loadHubKey(folder);
    return own ? Promise.all([own.publicKey, ...own.before].map((key) => keyOf({ ...key }))) : [];
  }
  const identity = await loadCloudIdentity(folder);
  const keys = (identity?.keys ?? []).filter(({ kty, crv }) => kty === "OKP" && crv === "Ed25519");
  return Promise.all(keys.map((key) => keyOf(key as JWK)));
}

async function keyOf({ kty, crv, x }: JWK): Promise<CryptoKey> {
  return (await importJWK({ kty, crv, x } as JWK, "EdDSA")) as CryptoKey;
}

async function isSignedBy(jws: string, keys: CryptoKey[], typ?: string): Promise<boolean> {
  for (const key of keys) {
    const good = await compactVerify(jws, key, { algorithms }).then(
      ({ protectedHeader }) => typ === undefined || protectedHeader.typ === typ,
      () => false,
    );
    if (good) return true;
  }
  return false;
}

/** A proof that does not hold is none: it is no guess, and takes none of the tries that a PIN has. */
async function proofOfKey(
  x: string,
  { booking, hub }: PassClaims,
  proof: string | undefined,
  now: number,
): Promise<Presented["proof"]> {
  if (!proof) return "missing";
  const told = proofSchema.safeParse(payloadOf(proof));
  if (!told.success || told.data.booking !== booking || told.data.hub !== hub) return "missing";
  if (Math.abs(Date.parse(told.data.at) - now) > PROOF_MS) return "missing";
  const key = await keyOf({ kty: "OKP", crv: "Ed25519", x }).catch(() => null);
  return key && (await isSignedBy(proof, [key])) ? "right" : "missing";
}

/** The secret behind the PINs of an issuer, base64url: the cloud's as told at pairing, the hub's own as made here. Null: none is known. */
async function pinSecret(folder: string, issuer: PassClaims["issuer"]): Promise<string | null> {
  if (issuer === "cloud") return (await loadCloudIdentity(folder))?.pinSecret ?? null;
  const file = join(folder, PIN_SECRET_FILE);
  return (await ensurePrivate(file, () => `${randomBytes(32).toString("base64url")}\n`)).trim();
}

/** Of the hub's data folder. */
export const PIN_SECRET_FILE = "pin-secret";

/** `HMAC-SHA256(secret, "{booking}:{pin}")`, base64url: without the secret, a photographed pass does not tell its PIN to who tries them all. */
function tagOf(secret: string | null, booking: string, pin: string): string {
  return createHmac("sha256", Buffer.from(secret ?? "", "base64url"))
    .update(`${booking}:${pin}`)
    .digest("base64url");
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** What a local booking's driver types: six digits. */
export function mintPin(random: (bytes: number) => Uint8Array): string {
  const [a = 0, b = 0, c = 0, d = 0] = random(4);
  return String((a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) % 1_000_000).padStart(6, "0");
}
