import { expect, it } from "vitest";
import { calls } from "../../edge/ocpp/calls";
import { consoleActions, payloads, payloadText, readPayload } from "./payloads";

it("begins every action with a payload that the hub takes", () => {
  for (const action of consoleActions) {
    expect(calls[action].request.safeParse(payloads[action]).success, action).toBe(true);
    expect(readPayload(payloadText(action))).toEqual(payloads[action]);
  }
  expect([readPayload(""), readPayload("{"), readPayload("null"), readPayload("[]")]).toEqual([{}, null, null, null]);
});
