import { describe, expect, it } from "vitest";
import { checkPolicy } from "./policy";
import { initialState } from "../state/state";
import type { HubState } from "../state/state";
import type { StartPolicy } from "../../shared/site";

const now = Date.parse("2026-11-21T12:00:00Z");
const verify = async (key: string, hash: string) => hash === `hash of ${key}`;

function stateOf(startPolicy: StartPolicy): HubState {
  const state = initialState();
  state.site = { ...state.site, startPolicy };
  state.accessKeys = {
    old: { name: "old", hash: "hash of old", expiresAt: "2026-11-21T11:59:59Z" },
    house: { name: "house", hash: "hash of house", expiresAt: null },
    guest: { name: "guest", hash: "hash of guest", expiresAt: "2026-11-21T12:00:01Z" },
  };
  return state;
}
const outcome = (policy: StartPolicy, key?: string) =>
  checkPolicy(stateOf(policy), key, { verify, now }).then(
    () => "in",
    (error: { code: string; status: number }) => `${error.status} ${error.code}`,
  );

describe("who may start", () => {
  it.each([
    ["open", undefined, "in"],
    ["open", "wrong", "in"],
    ["pass", undefined, "403 pass_required"],
    ["pass", "house", "403 pass_required"],
    ["accessKey", undefined, "403 access_key_required"],
    ["accessKey", "", "403 access_key_required"],
    ["accessKey", "wrong", "403 access_key_invalid"],
    ["accessKey", "old", "403 access_key_invalid"],
    ["accessKey", "house", "in"],
    ["accessKey", "guest", "in"],
  ] as const)("%s with key %s: %s", async (policy, key, expected) => {
    expect(await outcome(policy, key)).toBe(expected);
  });
});
