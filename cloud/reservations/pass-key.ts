import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from "jose";
import type { JWK } from "jose";
import { claimsOf } from "../../shared/booking";
import type { Sale } from "../../shared/booking";
import type { Db } from "../db/database";
import { sharedSetting } from "../db/settings";

/** `typ` of a pass, so that no other token of this key can be taken for one. */
const PASS_TYPE = "pass+jws";

/** Signs passes: an Ed25519 key of its own, made at the first start and shared by all processes. */
export interface PassKey {
  /** Public half with `kid`: hubs get it at pairing. */
  publicKey: JWK;
  /** Compact JWS of a sale's claims (shared/booking/pass.ts). */
  sign(sale: Sale, pinTag: string | null): Promise<string>;
}

export async function loadPassKey(db: Db): Promise<PassKey> {
  const fresh = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const made = JSON.stringify(await exportJWK(fresh.privateKey));
  const jwk = JSON.parse(await sharedSetting(db, "passKey", () => made)) as JWK;
  const key = await importJWK(jwk, "EdDSA");
  const { kty, crv, x } = jwk;
  const kid = await calculateJwkThumbprint({ kty, crv, x } as JWK);
  const header = { alg: "EdDSA", typ: PASS_TYPE, kid };
  return {
    publicKey: { kty, crv, x, kid, alg: "EdDSA", use: "sig" } as JWK,
    sign(sale, pinTag) {
      const claims = claimsOf(sale, pinTag === null ? null : { pinTag });
      return new CompactSign(new TextEncoder().encode(JSON.stringify(claims))).setProtectedHeader(header).sign(key);
    },
  };
}
