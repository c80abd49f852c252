import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chargingPeriodSchema, meteringSchema, tariffSchema } from "./schema";
import { heardTariffSchema } from "./schema";
import { advanceMetering, beginMetering } from "./periods";
import { berlin, element, tariff } from "./testing/examples";

const good = tariff(
  [
    element("ENERGY", 0.45, 19, 1, {
      start_time: "22:00",
      end_time: "06:00",
      start_date: "2026-01-01",
      end_date: "2027-01-01",
      min_kwh: 0.001,
      max_kwh: 1.005,
      min_power: 3.7,
      max_power: 22,
      min_current: 6,
      max_current: 96.5,
      min_duration: 0,
      max_duration: 3600,
      day_of_week: ["SUNDAY", "MONDAY"],
    }),
    element("FLAT", 0.5),
  ],
  {
    tariff_alt_text: [{ language: "de", text: "Nur für Gäste" }],
    min_price: { excl_vat: 50, incl_vat: 60 },
    max_price: { excl_vat: 50, incl_vat: 60 },
    start_date_time: "2026-01-01T00:00:00Z",
    end_date_time: "2026-01-01T00:00:01Z",
  },
);

/** Where the first issue of a refused tariff lies; null: it was taken. */
function refusal(value: unknown): string | null {
  const result = tariffSchema.safeParse(value);
  return result.success ? null : (result.error.issues[0]?.path.join(".") ?? "");
}

function restricted(restrictions: object): unknown {
  return { ...good, elements: [{ price_components: good.elements[0]?.price_components, restrictions }] };
}

describe("tariffSchema", () => {
  it("takes a tariff with every field", () => {
    expect(tariffSchema.parse(good)).toEqual(good);
    expect(refusal(tariff([element("ENERGY", 0)]))).toBeNull();
    expect(refusal({ ...good, end_date_time: undefined })).toBeNull();
    expect(refusal({ ...good, start_date_time: undefined, max_price: undefined })).toBeNull();
  });

  it("refuses a field or restriction that it does not price", () => {
    expect(refusal({ ...good, energy_mix: {} })).toBe("");
    for (const name of ["min_temperature", "booking"]) {
      expect(refusal(restricted({ [name]: 1 }))).toBe("elements.0.restrictions");
    }
    const [component] = good.elements[0]?.price_components ?? [];
    for (const price_components of [[], [component, component], [{ ...component, type: "RESERVATION_TIME" }]]) {
      expect(refusal({ ...good, elements: [{ price_components }] })).toMatch(/^elements\.0\.price_components/);
    }
    expect(refusal({ ...good, elements: [] })).toBe("elements");
  });

  it.each([
    ["start_time", "24:00"],
    ["end_time", "9:00"],
    ["start_date", "2026-02-30"],
    ["min_kwh", 0.0001],
    ["max_power", -1],
    ["min_duration", 1.5],
    ["day_of_week", []],
    ["day_of_week", ["MONDAY", "MONDAY"]],
    ["day_of_week", ["monday"]],
  ])("refuses %s %j", (name, value) => {
    expect(refusal(restricted({ [name]: value }))).toMatch(`elements.0.restrictions.${name}`);
  });

  it.each([
    ["date", "2026-01-02"],
    ["kwh", 5],
    ["power", 5],
    ["current", 5],
    ["duration", 5],
  ])("refuses a range of %s that holds nothing", (name, value) => {
    const [low, high] = name === "date" ? ["start_date", "end_date"] : [`min_${name}`, `max_${name}`];
    expect(refusal(restricted({ [low as string]: value, [high as string]: value }))).toBe(
      `elements.0.restrictions.${high}`,
    );
  });

  it("takes FLAT and TIME for a reservation, and nothing that a car would have to be there for", () => {
    const reserved = (type: "FLAT" | "TIME" | "ENERGY", more: object = {}) =>
      refusal(tariff([element(type, 1, undefined, 1, { reservation: "RESERVATION", ...more })]));
    expect([reserved("FLAT"), reserved("TIME", { start_time: "08:00", max_duration: 60 })]).toEqual([null, null]);
    expect(reserved("ENERGY")).toBe("elements.0.restrictions.reservation");
    expect(reserved("TIME", { min_power: 5 })).toBe("elements.0.restrictions.reservation");
    expect(refusal(restricted({ reservation: "BOOKING" }))).toBe("elements.0.restrictions.reservation");
  });

  it("refuses text that PostgreSQL cannot hold: NUL, and halves of surrogate pairs", () => {
    for (const text of ["nul \0", "half \ud83d", "\udd0c half"]) {
      expect(refusal({ ...good, tariff_alt_text: [{ language: "en", text }] })).toBe("tariff_alt_text.0.text");
      expect(refusal({ ...good, id: text })).toBe("id");
    }
    expect(refusal({ ...good, tariff_alt_text: [{ language: "en", text: "\u{1f50c} whole" }] })).toBeNull();
  });

  it("mends such text in what was set before it was refused", () => {
    const older = { ...good, id: "nul \0", tariff_alt_text: [{ language: "en", text: "half \ud83d" }] };
    const tariff_alt_text = [{ language: "en", text: "half \ufffd" }];
    expect(heardTariffSchema.parse(older)).toEqual({ ...good, id: "nul \ufffd", tariff_alt_text });
    expect(heardTariffSchema.parse(good)).toEqual(good);
    expect(heardTariffSchema.safeParse({ ...good, id: "" }).success).toBe(false);
    expect(heardTariffSchema.safeParse({ ...good, surprise: 1 }).success).toBe(false);
  });

  it("refuses money that makes no sense", () => {
    expect(refusal({ ...good, currency: "ABC" })).toBe("currency");
    expect(refusal({ ...good, min_price: { excl_vat: 61, incl_vat: 60 } })).toBe("min_price.incl_vat");
    expect(refusal({ ...good, max_price: { excl_vat: 49, incl_vat: 60 } })).toBe("max_price");
    expect(refusal({ ...good, max_price: { excl_vat: 50, incl_vat: 59 } })).toBe("max_price");
    expect(refusal({ ...good, end_date_time: good.start_date_time })).toBe("end_date_time");
    for (const change of [{ price: 0.45 }, { price: -1 }, { vat: 19.5 }, { step_size: 0 }]) {
      const price_components = [{ ...good.elements[0]?.price_components[0], ...change }];
      expect(refusal({ ...good, elements: [{ price_components }] })).toMatch(/^elements\.0\.price_components\.0/);
    }
  });

  it("refuses junk: any value put in place of a part, or any part left out", () => {
    const junk = fc.oneof(fc.constantFrom(null, NaN, Infinity, -1, 0.5, "", "x", [], {}, [null], true), fc.object());
    const required = fc.constantFrom("id", "currency", "elements", "price_components", "type", "price", "step_size");
    fc.assert(
      fc.property(required, junk, (name, value) => {
        fc.pre(!(name === "id" && value === "x"));
        const copy = JSON.parse(JSON.stringify(good), (key, old) => (key === name ? value : old)) as unknown;
        expect(refusal(copy)).not.toBeNull();
        const without = JSON.parse(JSON.stringify(good), (key, old) => (key === name ? undefined : old)) as unknown;
        expect(refusal(without)).not.toBeNull();
      }),
    );
    fc.assert(fc.property(fc.anything(), (value) => refusal(value) !== null));
  });
});

describe("meteringSchema", () => {
  it("takes what metering makes, through JSON", () => {
    let metering = beginMetering("2026-06-01T07:30:00Z");
    expect(meteringSchema.parse(metering)).toEqual(metering);
    for (const [at, energyWh] of [
      ["2026-06-01T07:31:00Z", 100],
      ["2026-06-01T07:32:00Z", 100],
    ] as const) {
      metering = advanceMetering(metering, { at, energyWh }, good, berlin);
      expect(meteringSchema.parse(JSON.parse(JSON.stringify(metering)))).toEqual(metering);
    }
    expect(chargingPeriodSchema.safeParse({ ...metering.periods[0], seconds: 0.5 }).success).toBe(false);
  });
});
