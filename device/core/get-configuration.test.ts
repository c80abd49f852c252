import { describe, expect, it } from "vitest";
import { textIn } from "./answer";
import { ConfigKeys } from "./config-keys";
import { getConfiguration } from "./get-configuration";
import { MemoryStore } from "./testing/rig";

function asked(payload: Record<string, unknown>): unknown {
  const { code, pieces } = getConfiguration(new ConfigKeys(new MemoryStore(), {}), payload);
  return pieces ? (JSON.parse(textIn("[0,", pieces)) as unknown[])[1] : code;
}

const heartbeat = { key: "HeartbeatInterval", readonly: false, value: "45" };

describe("GetConfiguration", () => {
  it("tells all keys, or those that are asked for, each once", () => {
    const all = asked({}) as { configurationKey: object[]; unknownKey: string[] };
    expect(all.configurationKey.length).toBeGreaterThan(30);
    expect(all.configurationKey).toContainEqual(heartbeat);
    expect(all.unknownKey).toEqual([]);
    expect(asked({ key: [] })).toEqual(all);
    expect(asked({ key: ["heartbeatinterval", "Nope", "HEARTBEATINTERVAL", "Nope", 'No"ne'] })).toEqual({
      configurationKey: [heartbeat],
      unknownKey: ["Nope", 'No"ne'],
    });
    expect(asked({ key: ["Nope"] })).toEqual({ configurationKey: [], unknownKey: ["Nope"] });
  });

  it("refuses what OCPP does not allow", () => {
    expect(asked({ key: Array(21).fill("HeartbeatInterval") })).toBe("OccurenceConstraintViolation");
    expect(asked({ key: ["x".repeat(51)] })).toBe("PropertyConstraintViolation");
    expect(asked({ key: [5] })).toBe("TypeConstraintViolation");
    expect(asked({ key: "HeartbeatInterval" })).toBe("FormationViolation");
  });
});
