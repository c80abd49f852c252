import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verifyPassword } from "../password";
import { openSite, perKwh, site } from "./testing/events";
import type { TestHubApp } from "./testing/hub-app";
import { codeOf, startHubApp } from "./testing/hub-app";

let hub: TestHubApp;
beforeEach(async () => {
  hub = await startHubApp();
});
afterEach(() => hub.close());

describe("settings", () => {
  it("of the site", async () => {
    expect((await hub.admin("GET", "/api/site")).json).toMatchObject({ startPolicy: "pass" });
    expect((await hub.admin("PUT", "/api/site", openSite)).status).toBe(204);
    expect((await hub.admin("GET", "/api/site")).json).toEqual(openSite);
    expect(codeOf(await hub.admin("PUT", "/api/site", { ...openSite, timeZone: "Mars" }))).toBe("400 invalid_input");
    expect(codeOf(await hub.admin("PUT", "/api/site", { ...openSite, more: 1 }))).toBe("400 invalid_input");
    expect(codeOf(await hub.admin("PUT", "/api/site", { ...openSite, defaultTariffId: "none" }))).toBe(
      "400 unknown_tariff",
    );
  });

  it("of tariffs", async () => {
    expect((await hub.admin("PUT", "/api/tariffs/kwh", perKwh)).status).toBe(204);
    expect((await hub.admin("GET", "/api/tariffs")).json).toEqual({ tariffs: [perKwh] });
    expect((await hub.admin("PUT", "/api/site", { ...openSite, defaultTariffId: "kwh" })).status).toBe(204);
    expect(codeOf(await hub.admin("PUT", "/api/tariffs/other", perKwh))).toBe("400 id_mismatch");
    expect(codeOf(await hub.admin("PUT", "/api/tariffs/kwh", { ...perKwh, elements: [] }))).toBe("400 invalid_input");
    expect((await hub.admin("DELETE", "/api/tariffs/kwh")).status).toBe(204);
    expect(codeOf(await hub.admin("DELETE", "/api/tariffs/kwh"))).toBe("404 unknown_tariff");
    expect(codeOf(await hub.admin("DELETE", "/api/tariffs/__proto__"))).toBe("404 unknown_tariff");
  });

  it("of id tags, whose case does not matter", async () => {
    expect((await hub.admin("PUT", "/api/id-tags/Abc", { status: "Accepted" })).status).toBe(204);
    expect((await hub.admin("GET", "/api/id-tags/aBC")).json).toEqual({
      idTag: "Abc",
      status: "Accepted",
      expiryDate: null,
      parentIdTag: null,
    });
    const more = { status: "Blocked", expiryDate: "2027-01-01T00:00:00Z", parentIdTag: "P" };
    expect((await hub.admin("PUT", "/api/id-tags/ABC", more)).status).toBe(204);
    expect((await hub.admin("GET", "/api/id-tags/abc")).json).toMatchObject(more);
    expect(codeOf(await hub.admin("PUT", "/api/id-tags/abc", { status: "Expired" }))).toBe("400 invalid_input");
    expect(codeOf(await hub.admin("PUT", `/api/id-tags/${"x".repeat(21)}`, { status: "Accepted" }))).toBe(
      "400 invalid_input",
    );
    expect((await hub.admin("GET", "/api/id-tags")).json).toMatchObject({ idTags: [{ idTag: "ABC", ...more }] });
    expect((await hub.admin("DELETE", "/api/id-tags/abc")).status).toBe(204);
    expect((await hub.admin("GET", "/api/id-tags")).json).toEqual({ idTags: [] });
    for (const method of ["GET", "DELETE"]) {
      expect(codeOf(await hub.admin(method, "/api/id-tags/abc"))).toBe("404 unknown_id_tag");
    }
  });

  it("of access keys, which are kept as verifiers", async () => {
    const put = (name: string, body: unknown) => hub.admin("PUT", `/api/access-keys/${name}`, body);
    expect((await put("house", { key: "open sesame" })).status).toBe(204);
    expect((await put("guest", { key: "until then", expiresAt: "2027-01-01T00:00:00Z" })).status).toBe(204);
    const { json, text } = await hub.admin("GET", "/api/access-keys");
    expect(json.accessKeys).toEqual([
      { name: "house", expiresAt: null },
      { name: "guest", expiresAt: "2027-01-01T00:00:00Z" },
    ]);
    expect(text).not.toMatch(/sesame|scrypt/);
    expect(await verifyPassword("open sesame", hub.store.state.accessKeys.house!.hash)).toBe(true);
    expect(codeOf(await put("x", { key: "short" }))).toBe("400 invalid_input");
    expect((await hub.admin("DELETE", "/api/access-keys/guest")).status).toBe(204);
    expect(codeOf(await hub.admin("DELETE", "/api/access-keys/guest"))).toBe("404 unknown_access_key");
  });

  it("has room for so many access keys, and their changes", async () => {
    const keys = Array.from({ length: 50 }, (_, index) => ({
      type: "accessKey.set" as const,
      data: { name: `k${index}`, expiresAt: null },
      local: { hash: "x" },
    }));
    await hub.commit(site(), ...keys);
    expect(codeOf(await hub.admin("PUT", "/api/access-keys/one-more", { key: "longer" }))).toBe("409 too_many_keys");
    expect((await hub.admin("PUT", "/api/access-keys/k1", { key: "longer" })).status).toBe(204);
  });
});
