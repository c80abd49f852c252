import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSecretOf, madeRequest, mintIdTag, requestIdOf, secretHash, secretPattern } from "./secret";

const secret = fc.stringMatching(/^[A-Za-z0-9_-]{32,64}$/);

describe("the secret of a start", () => {
  it("fits its own hash and no other", () => {
    fc.assert(
      fc.property(secret, secret, (a, b) => {
        expect(secretPattern.test(a)).toBe(true);
        expect(isSecretOf(secretHash(a), b)).toBe(a === b);
      }),
    );
  });

  it("fits nothing where there is no hash", () => {
    for (const hash of [null, "", "undefined", "zz".repeat(32)]) expect(isSecretOf(hash, "x")).toBe(false);
  });

  it("names one request a connector, and proves later that it made it", () => {
    const [a, b] = ["a".repeat(32), "b".repeat(32)];
    const requestId = requestIdOf(a, "CP1", 1);
    expect(requestId).toMatch(/^[0-9a-f]{64}$/);
    expect(requestIdOf(a, "CP1", 1)).toBe(requestId);
    expect(requestIdOf(a, "CP1", 2)).not.toBe(requestId);
    expect(requestIdOf(b, "CP1", 1)).not.toBe(requestId);
    expect(requestId).not.toBe(secretHash(a));
    const session = { requestId, cpId: "CP1", connectorId: 1 };
    expect(madeRequest(session, a)).toBe(true);
    expect(madeRequest(session, b)).toBe(false);
    expect(madeRequest({ ...session, requestId: null }, a)).toBe(false);
    expect(madeRequest({ ...session, requestId: "a-command" }, a)).toBe(false);
  });
});

it("mints idTags that OCPP can carry", () => {
  expect(mintIdTag((bytes) => new Uint8Array(bytes).fill(255))).toBe(`HP${"Z".repeat(16)}`);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      expect(mintIdTag(() => bytes)).toMatch(/^HP[0-9A-HJKMNP-TV-Z]{16}$/);
    }),
  );
});
