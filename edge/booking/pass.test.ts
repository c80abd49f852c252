import { createHmac } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { CryptoKey } from "jose";
import { CompactSign, exportJWK, generateKeyPair } from "jose";
import { beforeEach, expect, it } from "vitest";
import { temporaryFolder } from "../../shared/testing/folder";
import type { Holder, PassClaims } from "../../shared/booking";
import { defaultBookingSettings } from "../../shared/booking-settings";
import { freeTariff } from "../../shared/session";
import { ensureNextKey, saveCloudIdentity, takeNextKey } from "../sync/credentials";
import type { PassKeys } from "./pass";
import { passKeys } from "./pass";

const now = Date.parse("2026-11-21T12:00:00Z");
const pinSecret = Buffer.alloc(32, 7).toString("base64url");
const site = "01980000-0000-7000-8000-000000000002";
let folder: string;
let keys: PassKeys;
let cloudKey: CryptoKey;

const claims = (holder: Holder): PassClaims => ({
  booking: "b1",
  version: 1,
  replaces: null,
  hub: site,
  epoch: 1,
  issuer: "cloud",
  seat: "CP1/1",
  class: "STANDARD",
  from: 10,
  to: 14,
  price: { amount: 0, currency: "EUR" },
  terms: defaultBookingSettings.terms,
  tariff: freeTariff("EUR"),
  holder,
});
const signed = (payload: unknown, key: CryptoKey, typ = "pass+jws") =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: "EdDSA", typ, kid: "k" })
    .sign(key);

beforeEach(async () => {
  folder = temporaryFolder();
  keys = passKeys(folder);
  const pair = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  cloudKey = pair.privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: "k", alg: "EdDSA" };
  await saveCloudIdentity(folder, { hubId: site, audience: "a", keys: [{ kty: "RSA" }, jwk], pinSecret });
});

it("of the cloud is known by its key offline, and its PIN by the common secret", async () => {
  const pinTag = createHmac("sha256", Buffer.from(pinSecret, "base64url")).update("b1:123456").digest("base64url");
  const pass = await signed(claims({ pinTag }), cloudKey);
  expect(await keys.open({ pass, pin: "123456" }, now)).toEqual({
    claims: claims({ pinTag }),
    signed: true,
    proof: "right",
  });
  expect(await keys.open({ pass, pin: "123457" }, now)).toMatchObject({ proof: "wrong" });
  expect(await keys.open({ pass }, now)).toMatchObject({ proof: "missing" });
  const bearer = await signed(claims(null), cloudKey);
  expect(await keys.open({ pass: bearer }, now)).toMatchObject({ signed: true, proof: "missing" });
});

it("is no other token of that key, and nothing of a hub that was never paired", async () => {
  const other = await signed(claims(null), cloudKey, "JWT");
  expect(await keys.open({ pass: other }, now)).toMatchObject({ signed: false });
  const own = await signed({ ...claims(null), issuer: "hub" }, cloudKey);
  expect(await keys.open({ pass: own }, now)).toMatchObject({ signed: false });
  await rm(join(folder, "cloud.json"));
  expect(await keys.open({ pass: await signed(claims(null), cloudKey) }, now)).toMatchObject({ signed: false });
});

it("of this hub holds on when the hub's key has been changed", async () => {
  const own: PassClaims = { ...claims(null), issuer: "hub" };
  const pass = await keys.sign(own);
  await ensureNextKey(folder, now);
  await takeNextKey(folder);
  expect(await keys.open({ pass }, now)).toMatchObject({ signed: true });
  expect(await keys.open({ pass: await keys.sign(own) }, now)).toMatchObject({ signed: true });
  expect(await keys.open({ pass: await signed(own, cloudKey) }, now)).toMatchObject({ signed: false });
});

it("with a holder's key takes a fresh proof of that key for this booking and site", async () => {
  const holder = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const { x } = await exportJWK(holder.publicKey);
  const pass = await signed(claims({ key: String(x) }), cloudKey);
  const proof = (more: object, key = holder.privateKey) =>
    signed({ booking: "b1", hub: site, at: "2026-11-21T12:05:00.000Z", ...more }, key);
  const proofOf = async (given?: string) => (await keys.open({ pass, proof: given }, now)).proof;
  expect(await proofOf(await proof({}))).toBe("right");
  expect(await proofOf()).toBe("missing");
  for (const wrong of [{ booking: "b2" }, { hub: "other" }, { at: "2026-11-21T12:11:00.000Z" }, { at: "soon" }]) {
    expect(await proofOf(await proof(wrong))).toBe("missing");
  }
  expect(await proofOf(await proof({}, cloudKey))).toBe("missing");
  const broken = await signed(claims({ key: "none" }), cloudKey);
  expect((await keys.open({ pass: broken, proof: await proof({}) }, now)).proof).toBe("missing");
});
