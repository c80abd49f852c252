import { describe, expect, it } from "vitest";
import { connectorTypes, currentOf } from "./connector-types";

describe("currentOf", () => {
  it("tells direct current by its plug", () => {
    expect(connectorTypes.filter((type) => currentOf(type) === "DC")).toEqual([
      "CHADEMO",
      "CHAOJI",
      "GBT_DC",
      "IEC_62196_T1_COMBO",
      "IEC_62196_T2_COMBO",
      "TESLA_R",
    ]);
    expect(currentOf("IEC_62196_T2")).toBe("AC");
  });
});
