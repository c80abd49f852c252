import { expect, it } from "vitest";
import { createPasswordVerifier, hashPassword, verifyPassword } from "./password";

it("verifies a password against its stored form, which does not show it", async () => {
  const stored = await hashPassword("correct horse");
  expect(stored).toMatch(/^\$scrypt\$ln=14,r=8,p=1\$[^$]+\$[^$]+$/);
  expect(stored).not.toContain("correct");
  expect(await hashPassword("correct horse")).not.toBe(stored);
  expect(await verifyPassword("correct horse", stored)).toBe(true);
  expect(await verifyPassword("wrong horse", stored)).toBe(false);
  expect(await verifyPassword("", stored)).toBe(false);
});

it("takes a key as hex in either case, as raw bytes and as the text that the hex spells", async () => {
  const hex = "00ff10e2a3b4c5d6e7f8091a2b3c4d5e6f708192";
  const stored = await hashPassword(hex);
  expect(await verifyPassword(hex.toUpperCase(), stored)).toBe(true);
  expect(await verifyPassword(Buffer.from(hex, "hex"), stored)).toBe(true);
  expect(await verifyPassword(Buffer.from(hex, "hex").subarray(1), stored)).toBe(false);

  const text = await hashPassword("a sixteen letter");
  expect(await verifyPassword(Buffer.from("a sixteen letter").toString("hex"), text)).toBe(true);
});

it.each(["", "plain", "$scrypt$ln=99,r=8,p=1$AAAA$AAAA", "$scrypt$ln=14,r=0,p=1$AAAA$AAAA", "$argon2id$v=19$x"])(
  "a stored form that it cannot read fits nothing: %s",
  async (stored) => {
    expect(await verifyPassword("x", stored)).toBe(false);
  },
);

it("derives a right password once, and forgets the oldest", async () => {
  const derived: string[] = [];
  const derive = (password: string | Uint8Array) => {
    derived.push(String(password));
    return Promise.resolve(true);
  };
  const verifier = createPasswordVerifier({ remembered: 1, derive });
  for (const password of ["one", "one", "two", "two", "one"]) {
    expect(await verifier.verify(password, "stored")).toBe(true);
  }
  expect(derived).toEqual(["one", "two", "one"]);
});

it("does not remember a wrong one, and refuses when too many wait", async () => {
  const verifier = createPasswordVerifier({ waiting: 2 });
  const stored = await hashPassword("right password");
  const answers = await Promise.all(
    ["wrong", "right password", "right password"].map((password) => verifier.verify(password, stored)),
  );
  expect(answers).toEqual([false, true, false]);
  expect(await verifier.verify("wrong", stored)).toBe(false);
  expect(await verifier.verify("right password", stored)).toBe(true);
});
