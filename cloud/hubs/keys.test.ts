import type { CryptoKey } from "jose";
import { exportJWK, generateKeyPair } from "jose";
import { describe, expect, it } from "vitest";
import { openCloud } from "../testing/open";
import type { TestHub } from "../testing/hub";

const cloud = await openCloud();

async function newKey(): Promise<{ key: CryptoKey; jwk: object }> {
  const { publicKey, privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  const { kty, crv, x } = await exportJWK(publicKey);
  return { key: privateKey, jwk: { kty, crv, x } };
}
const seconds = () => Math.floor(cloud.now() / 1000);
/** As long as a token may live: some are sent more than once. */
const long = () => ({ exp: seconds() + 60 });
const answer = async (response: Response) => {
  const text = await response.text();
  const { error } = JSON.parse(text || "{}") as { error?: { code: string } };
  return error ? [response.status, error.code] : [response.status];
};
/** Names a key as the next one; gives the answer, and the token, to send it again. */
async function name(hub: TestHub, { key, jwk }: { key: CryptoKey; jwk: object }, iat = seconds(), by = hub.key) {
  const token = await hub.token({ ...long(), nextKey: jwk, iat }, by);
  const proof = await hub.token(long(), key);
  const send = async () => answer(await hub.post("key", { proof }, token));
  return { said: await send(), send };
}
const confirm = async (hub: TestHub, key: CryptoKey) =>
  answer(await hub.post("key/confirm", undefined, await hub.token({}, key)));
const works = async (hub: TestHub, key: CryptoKey) =>
  (await hub.post("events", hub.batch(), await hub.token({}, key))).status;

describe("a hub's key", () => {
  it("is followed by another that the old one signed for: both hold until the new one confirms, then only that", async () => {
    const { hub } = await cloud.paired();
    const next = await newKey();
    expect(await works(hub, next.key)).toBe(401);
    const { said, send } = await name(hub, next);
    expect([said, await send()]).toEqual([[204], [204]]);
    expect([await works(hub, hub.key), await works(hub, next.key)]).toEqual([200, 200]);
    expect(await confirm(hub, hub.key)).toEqual([409, "not_confirmed"]);
    expect((await name(hub, await newKey(), seconds() + 9, next.key)).said).toEqual([409, "not_present"]);
    expect([await confirm(hub, next.key), await confirm(hub, next.key)]).toEqual([[204], [204]]);
    expect([await works(hub, hub.key), await works(hub, next.key)]).toEqual([401, 200]);
    expect(await send()).toEqual([401, "unauthorized"]);
    const log = await cloud.db
      .selectFrom("audit_log")
      .select("action")
      .where("subject", "=", `hub:${hub.id}`)
      .execute();
    expect(log.map(({ action }) => action)).toEqual(["hub.paired", "hub.keyNamed", "hub.keyChanged"]);
  });

  it("is not changed by a request that was made before and is sent again", async () => {
    const { hub } = await cloud.paired();
    const [lost, kept] = [await newKey(), await newKey()];
    const first = await name(hub, lost, seconds() - 5);
    expect((await name(hub, kept)).said).toEqual([204]);
    expect(await first.send()).toEqual([409, "replayed"]);
    expect(await confirm(hub, lost.key)).toEqual([401, "unauthorized"]);
    expect(await confirm(hub, kept.key)).toEqual([204]);
    expect((await name(hub, kept, seconds(), kept.key)).said).toEqual([409, "same_key"]);
  });

  it("is not changed by who does not hold the new one, by another hub, nor by one that was revoked", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    const other = (await cloud.paired()).hub;
    const next = await newKey();
    const token = await hub.token({ ...long(), nextKey: next.jwk, iat: seconds() });
    const proofs = [await hub.token({}), await other.token({}, next.key), "none"];
    for (const proof of proofs) {
      expect(await answer(await hub.post("key", { proof }, token))).toEqual([400, "invalid_proof"]);
    }
    const proof = await hub.token(long(), next.key);
    expect(await answer(await hub.post("key", { proof }))).toEqual([400, "invalid"]);
    expect(await answer(await hub.post("key", {}, token))).toEqual([400, "invalid"]);
    const unfit = await hub.token({ nextKey: { ...next.jwk, x: "short" }, iat: seconds() });
    expect(await answer(await hub.post("key", { proof }, unfit))).toEqual([400, "invalid"]);
    expect((await name(hub, next, seconds(), other.key)).said).toEqual([401, "unauthorized"]);
    expect((await name(hub, next)).said).toEqual([204]);
    await owner.ok("DELETE", `/v1/sites/${siteId}/hubs/${hub.id}`);
    expect(await confirm(hub, next.key)).toEqual([403, "hub_replaced"]);
    expect((await name(hub, await newKey(), seconds() + 9)).said).toEqual([403, "hub_replaced"]);
  });
});
