import { expect, it } from "vitest";
import vectors from "../../shared/sealed/vectors.json";
import { mqttPassword, Seal } from "./seal";
import { SealedCharger } from "./testing/charger";

const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");
const hexOf = (payload: Uint8Array | null): string | null => payload && Buffer.from(payload).toString("hex");

function opened(key = vectors.key): { hub: Seal; charger: SealedCharger } {
  const hub = new Seal(key, "CP1");
  const charger = new SealedCharger(key, "CP1");
  const welcome = hub.greet(charger.hello());
  expect(welcome && charger.welcomed(Buffer.from(welcome))).toBe(true);
  return { hub, charger };
}

it("does what the vectors say, byte by byte", () => {
  expect(mqttPassword(vectors.key, vectors.cpId)).toBe(vectors.mqttPassword);
  const hub = new Seal(vectors.key, vectors.cpId, bytes(vectors.hubNonce));
  expect(hexOf(hub.greet(bytes(vectors.hello)))).toBe(vectors.welcome);
  for (const { text, payload } of vectors.up) expect(hub.open(bytes(payload))).toBe(text);
  for (const { text, payload } of vectors.down.slice(0, 2)) expect(hexOf(hub.seal(text))).toBe(payload);
});

it("the charger of the tests follows them too", () => {
  const charger = new SealedCharger(vectors.key, vectors.cpId, bytes(vectors.chargerNonce));
  expect(charger.hello().toString("hex")).toBe(vectors.hello);
  expect(charger.welcomed(bytes(vectors.welcome))).toBe(true);
  for (const { text, payload } of vectors.up) expect(charger.seal(text).toString("hex")).toBe(payload);
  for (const { text, payload } of vectors.down) expect(charger.open(bytes(payload))).toBe(text);
});

it("carries any text both ways, empty ones and other alphabets too", () => {
  const { hub, charger } = opened();
  for (const text of ["", "[]", "Größe 充電 🚗", "x".repeat(60_000)]) {
    expect(hub.open(charger.seal(text))).toBe(text);
    expect(charger.open(Buffer.from(hub.seal(text) ?? []))).toBe(text);
  }
});

it("refuses a hello with another key, for another charge point, cut, or of another version", () => {
  const other = "ff".repeat(32);
  expect(new Seal(vectors.key, "CP1").greet(new SealedCharger(other, "CP1").hello())).toBeNull();
  expect(new Seal(vectors.key, "CP2").greet(bytes(vectors.hello))).toBeNull();
  const hub = new Seal(vectors.key, "CP1");
  expect(hub.greet(bytes(vectors.hello).subarray(0, 33))).toBeNull();
  expect(hub.greet(Buffer.concat([Buffer.from([1, 2]), bytes(vectors.hello).subarray(2)]))).toBeNull();
  expect(hub.greet(bytes(vectors.welcome))).toBeNull();
  expect(hub.isOpen).toBe(false);
  expect(hub.greet(bytes(vectors.hello))).not.toBeNull();
});

it("answers the same hello with the same words, and no second one", () => {
  const hub = new Seal(vectors.key, "CP1");
  const charger = new SealedCharger(vectors.key, "CP1");
  const first = hexOf(hub.greet(charger.hello()));
  expect(hexOf(hub.greet(charger.hello()))).toBe(first);
  expect(hub.greet(new SealedCharger(vectors.key, "CP1").hello())).toBeNull();
});

it("opens no frame and seals none before both have greeted", () => {
  const hub = new Seal(vectors.key, "CP1");
  expect(hub.open(bytes(vectors.up[0]?.payload ?? ""))).toBeNull();
  expect(hub.seal("[]")).toBeNull();
});

it("refuses frames that were said before, come late, or are cut or changed at any byte, and goes on", () => {
  const { hub, charger } = opened();
  const [first, second, third] = ["one", "two", "three"].map((text) => charger.seal(text)) as [Buffer, Buffer, Buffer];
  for (let at = 0; at < second.length; at += 1) {
    const changed = Buffer.from(second);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect([at, hub.open(changed)]).toEqual([at, null]);
    expect(hub.open(second.subarray(0, at))).toBeNull();
  }
  expect(hub.open(second)).toBe("two");
  expect(hub.open(second)).toBeNull();
  expect(hub.open(first)).toBeNull();
  expect(hub.open(Buffer.concat([third, Buffer.from([0])]))).toBeNull();
  expect(hub.open(third)).toBe("three");
});

it("refuses the frames of another connection, and its own", () => {
  const { charger } = opened();
  const { hub } = opened();
  expect(hub.open(charger.seal("[]"))).toBeNull();
  expect(hub.open(Buffer.from(hub.seal("[]") ?? []))).toBeNull();
});

it("takes a counter up to the end of int32, and none after it", () => {
  const { hub, charger } = opened();
  expect(hub.open(charger.seal("late", 0x7fffffff))).toBe("late");
  expect(hub.open(charger.seal("later", 0x80000000))).toBeNull();
});

it("never uses keys twice: each connection of the same charger has others", () => {
  const { hub: one } = opened();
  const { hub: two } = opened();
  expect(hexOf(one.seal("[]"))).not.toBe(hexOf(two.seal("[]")));
});

it("does not seal what is too long", () => {
  expect(opened().hub.seal("x".repeat(65_536))).toBeNull();
});
