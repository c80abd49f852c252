import { describe, expect, it } from "vitest";
import { pairAnswerSchema } from "../../shared/sync";
import { garage, perKwh } from "../testing/cloud";
import { openCloud } from "../testing/open";
import { TestHub } from "../testing/hub";
import { hashPairingCode, makePairingCode } from "./pairing-code";

const cloud = await openCloud();

const key = { kty: "OKP", crv: "Ed25519", x: "A".repeat(43) };
const tryCode = async (code: string, more: object = {}) => {
  const response = await cloud.first.request("/v1/hubs/pair", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code, publicKey: key, name: "hub", version: "1", ...more }),
  });
  return [response.status, ((await response.json()) as { error?: { code: string } }).error?.code] as const;
};

describe("a pairing code", () => {
  it("gives a hub its site, once, however it is typed", async () => {
    const { owner, siteId } = await cloud.owner();
    const { code, expiresAt } = await owner.ok<{ code: string; expiresAt: string }>(
      "POST",
      `/v1/sites/${siteId}/pairing-codes`,
    );
    expect(code).toMatch(/^[A-Z2-9]{3}-[A-Z2-9]{3}-[A-Z2-9]{3}$/);
    expect(Date.parse(expiresAt) - cloud.now()).toBeGreaterThan(14 * 60_000);
    const hub = await TestHub.pair(cloud.first, ` ${code.toLowerCase().replaceAll("-", " ")}`, cloud.now);
    expect(pairAnswerSchema.parse(hub.answer)).toMatchObject({
      siteId,
      epoch: 1,
      audience: "http://127.0.0.1:3000",
      site: garage,
      tariffs: [perKwh],
      keys: [{ kty: "OKP", crv: "Ed25519", alg: "EdDSA" }],
    });
    expect(JSON.stringify(hub.answer.keys)).not.toContain('"d"');
    expect(await tryCode(code)).toEqual([403, "invalid_code"]);
    expect(await owner.ok("GET", `/v1/sites/${siteId}/charge-points`)).toMatchObject({
      hub: { hubId: hub.id, name: "hub", version: "0.1.0", online: true },
    });
  });

  it("brings the keys that anybody may read as a JWK set, without their private half", async () => {
    const { owner, siteId } = await cloud.owner();
    const hub = await cloud.pair({ owner, siteId });
    const response = await cloud.first.request("/v1/hubs/jwks");
    const set = (await response.json()) as { keys: Record<string, unknown>[] };
    expect(set.keys).toEqual(hub.answer.keys);
    expect(set.keys[0]).toMatchObject({ kty: "OKP", kid: expect.any(String) });
    expect(set.keys[0]).not.toHaveProperty("d");
  });

  it("is over after 15 minutes, and when the owner asked for another", async () => {
    const { owner, siteId } = await cloud.owner();
    const ask = async () => (await owner.ok<{ code: string }>("POST", `/v1/sites/${siteId}/pairing-codes`)).code;
    const first = await ask();
    const second = await ask();
    expect(await tryCode(first)).toEqual([403, "invalid_code"]);
    cloud.skewMs = 16 * 60_000;
    expect(await tryCode(second)).toEqual([403, "invalid_code"]);
    cloud.skewMs = 0;
  });

  it("pairs one hub when two come at once", async () => {
    const { owner, siteId } = await cloud.owner();
    const { code } = await owner.ok<{ code: string }>("POST", `/v1/sites/${siteId}/pairing-codes`);
    const statuses = (await Promise.all([tryCode(code), tryCode(code), tryCode(code)])).map(([status]) => status);
    expect(statuses.toSorted()).toEqual([201, 403, 403]);
  });

  it("is kept only as a hash", async () => {
    const { owner, siteId } = await cloud.owner();
    const { code } = await owner.ok<{ code: string }>("POST", `/v1/sites/${siteId}/pairing-codes`);
    const rows = await cloud.db.selectFrom("pairing_codes").selectAll().where("site_id", "=", siteId).execute();
    expect(rows).toMatchObject([{ code_hash: hashPairingCode(code) }]);
    expect(JSON.stringify(rows)).not.toContain(code.replaceAll("-", ""));
  });

  it("cannot be guessed: ten wrong ones from one address and it waits", async () => {
    const { owner, siteId } = await cloud.owner();
    const { code } = await owner.ok<{ code: string }>("POST", `/v1/sites/${siteId}/pairing-codes`);
    await cloud.db.deleteFrom("rate_limits").execute();
    for (let n = 0; n < 10; n++) expect(await tryCode("AAA-AAA-AAA")).toEqual([403, "invalid_code"]);
    expect(await tryCode(code)).toEqual([429, "too_many_requests"]);
    cloud.skewMs = 11 * 60_000;
    expect((await tryCode(code))[0]).toBe(201);
    cloud.skewMs = 0;
  });

  it("is refused with a body that does not fit", async () => {
    for (const more of [{ publicKey: { ...key, x: "short" } }, { name: "" }, { code: "x" }, { version: 1 }]) {
      expect(await tryCode("AAA-AAA-AAA", more)).toEqual([400, "invalid"]);
    }
  });

  it("uses each letter alike: bytes that would favour some are thrown away", () => {
    const bytes = [255, 240, 0, 29, 30, 239, 1, 2, 3, 4, 5, 6];
    const code = makePairingCode(() => Uint8Array.from(bytes));
    expect(code).toBe("A9A-9BC-DEF");
  });
});
