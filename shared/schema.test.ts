import { describe, expect, it } from "vitest";
import { AppError } from "./error";
import { normaliseIdTag } from "./ocpp";
import { cpIdSchema, timeZoneSchema } from "./schema";
import { siteSchema, unnamedSite } from "./site";
import { chainHash, GENESIS } from "./sync";

describe("small things of every border", () => {
  it.each(["CP1", "a", "Garage-2.left_side"])("take %s as a charge point", (id) => {
    expect(cpIdSchema.safeParse(id).success).toBe(true);
  });

  it.each(["", "a/b", "+", "#", "$SYS", "../x", "a b", "x".repeat(49)])(
    "refuse %j as a charge point: it would reach into topics or paths",
    (id) => {
      expect(cpIdSchema.safeParse(id).success).toBe(false);
    },
  );

  it("know time zones", () => {
    expect(timeZoneSchema.safeParse("Europe/Berlin").success).toBe(true);
    expect(timeZoneSchema.safeParse("Europe/Atlantis").success).toBe(false);
  });

  it("compare id tags without case and spaces", () => {
    expect(normaliseIdTag(" deadBEEF ")).toBe("DEADBEEF");
  });

  it("let nobody start at a site that has no owner yet", () => {
    expect(siteSchema.parse(unnamedSite).startPolicy).toBe("pass");
  });

  it("give errors a status of 400 unless they say otherwise", () => {
    expect(new AppError("bad", "Bad.")).toMatchObject({ code: "bad", status: 400, details: undefined });
    expect(new AppError("gone", "Gone.", { status: 410, details: { seq: 1 } })).toMatchObject({
      status: 410,
      details: { seq: 1 },
    });
  });
});

const spell = (text: string) => text;

describe("the chain of events", () => {
  const event = { id: "e1", seq: 1, at: "2026-03-01T12:00:00Z", type: "a", data: { n: 1 } };

  it("covers the past, and every public part of the event in one fixed order", () => {
    expect(chainHash(GENESIS, event, spell)).toBe(
      `${GENESIS}\n{"id":"e1","seq":1,"at":"2026-03-01T12:00:00Z","type":"a","data":{"n":1}}`,
    );
  });

  it("does not see what stays on the hub, nor the order of keys outside the data", () => {
    const { data, ...rest } = event;
    expect(chainHash(GENESIS, { data, ...rest, local: { hash: "x" } } as typeof event, spell)).toBe(
      chainHash(GENESIS, event, spell),
    );
  });
});
