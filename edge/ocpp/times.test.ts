import { describe, expect, it } from "vitest";
import { chargerTime, isoTime } from "./times";

const now = Date.parse("2026-11-21T12:00:00Z");
const at = (text: string | null | undefined, zone = "Europe/Berlin") => {
  const { ms, credible, text: kept } = chargerTime(text, now, zone);
  return { at: isoTime(ms), credible, kept };
};

describe("a charger's time", () => {
  it("is believed where it has a zone and is not absurd", () => {
    expect(at("2026-11-21T11:30:00Z")).toEqual({
      at: "2026-11-21T11:30:00.000Z",
      credible: true,
      kept: "2026-11-21T11:30:00Z",
    });
    expect(at("2026-11-21T12:30:00+01:00").at).toBe("2026-11-21T11:30:00.000Z");
    expect(at("2026-11-01T00:00:00z").credible).toBe(true);
  });

  it("never lies in the future: a clock that is a little ahead counts as now", () => {
    expect(at("2026-11-21T12:04:00Z")).toMatchObject({ at: "2026-11-21T12:00:00.000Z", credible: true });
    expect(at("2026-11-21T12:06:00Z")).toMatchObject({ at: "2026-11-21T12:00:00.000Z", credible: false });
  });

  it.each(["1970-01-01T00:00:07Z", "2026-09-01T00:00:00Z", "yesterday", "2026-13-45T99:00:00Z", "2026-11-21T03:00:00"])(
    "counts as the arrival where it cannot be believed: %s",
    (text) => expect(at(text)).toEqual({ at: "2026-11-21T12:00:00.000Z", credible: false, kept: text }),
  );

  it.each([undefined, null, ""])("counts as the arrival where there is none: %s", (text) => {
    expect(at(text)).toEqual({ at: "2026-11-21T12:00:00.000Z", credible: false, kept: null });
  });

  it("without a zone is UTC or local, whichever is about now", () => {
    expect(at("2026-11-21T11:59:30").at).toBe("2026-11-21T11:59:30.000Z");
    expect(at("2026-11-21 12:59:30").at).toBe("2026-11-21T11:59:30.000Z");
    expect(at("2026-11-21T07:59:30", "America/New_York")).toMatchObject({ credible: false });
    expect(at("2026-11-21T06:59:30", "America/New_York").at).toBe("2026-11-21T11:59:30.000Z");
    expect(at("2026-11-21T11:59:30", "UTC").at).toBe("2026-11-21T11:59:30.000Z");
  });

  it("is kept to 60 characters", () => {
    expect(at("x".repeat(80)).kept).toHaveLength(60);
  });
});
