import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeCall, encodeError, encodeResult, errorCodes, parseFrame } from "./frame";

const objects = { objectForm: true };

describe("the array form", () => {
  it("reads a call, a result and an error", () => {
    expect(parseFrame('[2,"1","Heartbeat",{}]')).toEqual({
      kind: "call",
      form: "array",
      id: "1",
      action: "Heartbeat",
      payload: {},
    });
    expect(parseFrame('[3,"1",{"status":"Accepted"}]')).toMatchObject({
      kind: "result",
      payload: { status: "Accepted" },
    });
    expect(parseFrame('[4,"1","NotSupported","no",{"a":1}]')).toMatchObject({
      kind: "error",
      code: "NotSupported",
      description: "no",
      details: { a: 1 },
    });
  });

  it("takes what can be understood: no payload, an id that is a number, more elements than there are names for", () => {
    expect(parseFrame('[2,"1","Heartbeat"]')).toMatchObject({ kind: "call", payload: {} });
    expect(parseFrame('[2,"1","Heartbeat",null]')).toMatchObject({ kind: "call", payload: {} });
    expect(parseFrame('[2,17,"Heartbeat",{},"x"]')).toMatchObject({ kind: "call", id: 17 });
    expect(parseFrame('[3,"1"]')).toMatchObject({ kind: "result", payload: {} });
    expect(parseFrame('[4,"1"]')).toMatchObject({ kind: "error", code: "GenericError", description: "", details: {} });
  });

  it.each([
    ["not json", "-1"],
    ['[2,"7","Heartbeat",{', "7"],
    ['"text"', "-1"],
    ["{}", "-1"],
    ["null", "-1"],
    ["[]", "-1"],
    ['[1,"8"]', "8"],
    ['["2","8","Heartbeat",{}]', "8"],
    ['[2,"","Heartbeat",{}]', "-1"],
    ["[2]", "-1"],
    ['[2,{},"Heartbeat",{}]', "-1"],
    ['[2,"9",5,{}]', "9"],
    ['[2,"9","",{}]', "9"],
    ['[2,"9","Heartbeat",[]]', "9"],
    ['[2,"9","Heartbeat","x"]', "9"],
    [`[2,"${"x".repeat(256)}","Heartbeat",{}]`, "-1"],
  ])("answers %s with FormationViolation", (text, id) => {
    expect(parseFrame(text)).toMatchObject({ kind: "malformed", id, code: "FormationViolation", answer: true });
  });

  it.each(["[3]", "[3,null,{}]", "[4]", '[4,"","x"]'])("never answers an answer: %s", (text) => {
    expect(parseFrame(text)).toMatchObject({ kind: "malformed", answer: false });
  });
});

describe("the object form", () => {
  it("reads a call, a result and an error", () => {
    const call = '{"MessageTypeId":2,"UniqueId":"1","Action":"Heartbeat","Payload":{}}';
    expect(parseFrame(call, objects)).toMatchObject({ kind: "call", form: "object", id: "1", action: "Heartbeat" });
    expect(parseFrame('{"MessageTypeId":3,"UniqueId":"1","Payload":{"a":1}}', objects)).toMatchObject({
      kind: "result",
      payload: { a: 1 },
    });
    const error = '{"MessageTypeId":4,"UniqueId":"1","ErrorCode":"NotSupported","ErrorDescription":"no"}';
    expect(parseFrame(error, objects)).toMatchObject({ kind: "error", code: "NotSupported", description: "no" });
  });

  it("is not taken where it does not belong", () => {
    expect(parseFrame('{"MessageTypeId":2,"UniqueId":"1","Action":"Heartbeat"}')).toMatchObject({ kind: "malformed" });
  });

  it.each([
    ["{}", "-1"],
    ['{"MessageTypeId":1,"UniqueId":"3"}', "3"],
    ['{"MessageTypeId":2,"UniqueId":"3"}', "3"],
    ['{"MessageTypeId":2', "-1"],
  ])("answers %s in its own form", (text, id) => {
    expect(parseFrame(text, objects)).toMatchObject({ kind: "malformed", form: "object", id });
  });
});

it("reads back what it wrote, in both forms", () => {
  const form = fc.constantFrom("array" as const, "object" as const);
  const id = fc.string({ minLength: 1, maxLength: 36 });
  const payload = fc
    .dictionary(fc.string(), fc.jsonValue())
    .map((value) => JSON.parse(JSON.stringify(value)) as object);
  fc.assert(
    fc.property(form, id, payload, (form, id, payload) => {
      expect(parseFrame(encodeCall(form, id, "Reset", payload), objects)).toEqual({
        kind: "call",
        form,
        id,
        action: "Reset",
        payload,
      });
      expect(parseFrame(encodeResult(form, id, payload), objects)).toEqual({ kind: "result", form, id, payload });
    }),
  );
  fc.assert(
    fc.property(form, id, fc.constantFrom(...errorCodes), fc.string({ maxLength: 400 }), (form, id, code, text) => {
      expect(parseFrame(encodeError(form, id, code, text), objects)).toEqual({
        kind: "error",
        form,
        id,
        code,
        description: text.slice(0, 255),
        details: {},
      });
    }),
  );
});

it("never throws, whatever the text", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.array(fc.jsonValue()).map((v) => JSON.stringify(v)),
      ),
      (text) => {
        expect(["call", "result", "error", "malformed"]).toContain(parseFrame(text, objects).kind);
      },
    ),
  );
});
