import { describe, expect, it } from "vitest";
import { element, tariff } from "./testing/examples";
import { isOffered } from "./validity";

describe("isOffered", () => {
  it("holds from the start on and until before the end", () => {
    const start_date_time = "2026-06-01T00:00:00Z";
    const end_date_time = "2026-07-01T00:00:00.000Z";
    const elements = [element("FLAT", 1)];
    expect(isOffered(tariff(elements), start_date_time)).toBe(true);
    expect(isOffered(tariff(elements, { start_date_time }), "2026-05-31T23:59:59.999Z")).toBe(false);
    expect(isOffered(tariff(elements, { start_date_time }), start_date_time)).toBe(true);
    expect(isOffered(tariff(elements, { end_date_time }), "2026-06-30T23:59:59Z")).toBe(true);
    expect(isOffered(tariff(elements, { end_date_time }), "2026-07-01T00:00:00Z")).toBe(false);
  });
});
