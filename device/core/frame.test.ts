import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CALL,
  CALL_ERROR,
  CALL_RESULT,
  decodeFrame,
  encodeCall,
  encodeError,
  encodeResult,
  idTagStatus,
  integerOf,
  isIdTag,
  MAX_FRAME,
  textOf,
} from "./frame";

function nested(depth: number): string {
  return `[3,"1",{"a":${"[".repeat(depth)}${"]".repeat(depth)}}]`;
}

describe("OCPP-J frames", () => {
  it("read what they write", () => {
    expect(decodeFrame(encodeCall("1", "Heartbeat", { a: 1 })).frame).toMatchObject({
      type: CALL,
      id: "1",
      action: "Heartbeat",
      payload: { a: 1 },
    });
    expect(decodeFrame(encodeResult("1", { b: "x" })).frame).toMatchObject({ type: CALL_RESULT, payload: { b: "x" } });
    expect(decodeFrame(encodeError("1", "NotSupported", "no")).frame).toMatchObject({
      type: CALL_ERROR,
      errorCode: "NotSupported",
    });
    expect(decodeFrame('[4,"1"]').frame?.errorCode).toBe("GenericError");
  });

  it.each([
    "",
    "nonsense",
    "{}",
    "[]",
    "[2]",
    '[2,"",  "A",{}]',
    "[2,1,2,{}]",
    '[3,"1",null]',
    '[3,"1",[]]',
    '[3,"1"]',
    '[1,"1","A",{}]',
    `[2,"${"x".repeat(37)}","A",{}]`,
    '[2,"\u00e4","A",{}]',
    `[2,"1","A",{"x":"${"y".repeat(MAX_FRAME)}"}]`,
  ])("treat %s as noise", (text) => {
    expect(decodeFrame(text)).toEqual({ frame: undefined, id: "" });
  });

  it.each(['[2,"1"]', '[2,"1","A"]', '[2,"1",5,{}]', '[2,"1","A",[]]', '[2,"1","A",null]', '[2,"1","A",{},1]'])(
    "can answer the broken call %s",
    (text) => {
      expect(decodeFrame(text)).toEqual({ frame: undefined, id: "1" });
    },
  );

  it("do not let the parser recurse deeply", () => {
    expect(decodeFrame(nested(62)).id).toBe("1");
    expect(decodeFrame(nested(63)).id).toBe("");
    expect(decodeFrame(nested(2000)).id).toBe("");
  });

  it("never throw, whatever comes", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void decodeFrame(text)));
    fc.assert(fc.property(fc.jsonValue(), (value) => void decodeFrame(JSON.stringify([2, "1", value]))));
  });

  it("tell id tags, which are CiString20, from what is none", () => {
    expect(["A", " ~", "A".repeat(20)].map(isIdTag)).toEqual([true, true, true]);
    expect(["", "A".repeat(21), "\u00e4", "\n", "\u007f"].map(isIdTag)).toEqual([false, false, false, false, false]);
  });

  it("read members with their types", () => {
    const p = { s: "abc", e: "", n: 2147483647, f: 1.5, big: 2147483648, o: {} };
    expect([textOf(p, "s", 3), textOf(p, "s", 2), textOf(p, "e", 9), textOf(p, "n", 9)]).toEqual([
      "abc",
      undefined,
      undefined,
      undefined,
    ]);
    expect(["n", "f", "big", "s", "x"].map((k) => integerOf(p, k))).toEqual([
      2147483647,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(idTagStatus({ idTagInfo: { status: "Blocked" } })).toBe("Blocked");
    expect(idTagStatus({ idTagInfo: { status: 1 } })).toBe("");
    expect(idTagStatus({ idTagInfo: "Accepted" })).toBe("");
    expect(idTagStatus({})).toBe("");
  });
});
