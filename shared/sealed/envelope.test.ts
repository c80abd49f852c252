import { expect, it } from "vitest";
import {
  canSeal,
  FRAME,
  frameNonce,
  HELLO,
  purpose,
  readEnvelope,
  WELCOME,
  writeFrame,
  writeGreeting,
} from "./envelope";

const nonce = new Uint8Array(16).fill(7);
const tag = new Uint8Array(16).fill(9);

it("reads the greetings that it writes", () => {
  for (const kind of [HELLO, WELCOME] as const) {
    const payload = writeGreeting(kind, nonce, tag);
    expect(readEnvelope(payload)).toEqual({ kind, nonce, tag });
    expect(readEnvelope(payload.slice(1))).toBeUndefined();
    expect(readEnvelope(payload.slice(0, -1))).toBeUndefined();
    payload[1] = 2;
    expect(readEnvelope(payload)).toBeUndefined();
  }
});

it("reads the frames that it writes, wherever they lie in memory", () => {
  const payload = writeFrame(0x01020304, tag);
  expect([...payload.slice(0, 5)]).toEqual([3, 1, 2, 3, 4]);
  const within = new Uint8Array([0, 0, ...payload]).subarray(2);
  expect(readEnvelope(within)).toEqual({ kind: FRAME, counter: 0x01020304, sealed: tag });
});

it("reads nothing else", () => {
  expect(readEnvelope(new Uint8Array(0))).toBeUndefined();
  expect(readEnvelope(new Uint8Array(40).fill(0x5b))).toBeUndefined();
  expect(readEnvelope(writeFrame(1, tag.slice(1)))).toBeUndefined();
  expect(readEnvelope(writeFrame(1, new Uint8Array(65_535 + 17)))).toBeUndefined();
  expect(readEnvelope(writeFrame(0x80000000, tag))).toBeUndefined();
});

it("seals up to the last counter, and what CCM takes", () => {
  expect([canSeal(0x7fffffff, 65_535), canSeal(0x80000000, 1), canSeal(0, 65_536)]).toEqual([true, false, false]);
  expect(Buffer.from(frameNonce(0x0a0b0c0d)).toString("hex")).toBe("0000000000000000000a0b0c0d");
  expect(purpose("up", "CP1")).toBe("hitchpost/1 up CP1");
});
