import { expect, it } from "vitest";
import { z } from "zod";
import { routes } from "./routes";
import { violationOf } from "./violation";

const good = {
  connectorId: 1,
  transactionId: 1,
  meterValue: [{ timestamp: "2026-11-21T12:00:00Z", sampledValue: [{ value: "1" }] }],
};

it.each([
  ["OccurenceConstraintViolation", { connectorId: undefined }, "connectorId"],
  ["OccurenceConstraintViolation", { connectorId: null }, "connectorId"],
  ["TypeConstraintViolation", { connectorId: "one" }, "connectorId"],
  ["TypeConstraintViolation", { connectorId: {} }, "connectorId"],
  ["PropertyConstraintViolation", { connectorId: 1.5 }, "connectorId"],
  ["PropertyConstraintViolation", { connectorId: -1 }, "connectorId"],
  ["PropertyConstraintViolation", { connectorId: 1e6 }, "connectorId"],
  ["TypeConstraintViolation", { meterValue: "x" }, "meterValue"],
  ["OccurenceConstraintViolation", { meterValue: [{ timestamp: "x" }] }, "meterValue.0.sampledValue"],
  ["TypeConstraintViolation", { meterValue: [{ sampledValue: [{ value: {} }] }] }, "meterValue.0.sampledValue.0.value"],
  ["OccurenceConstraintViolation", { meterValue: [{ sampledValue: [{}] }] }, "meterValue.0.sampledValue.0.value"],
])("is a %s: %j", (code, change, path) => {
  const payload = { ...good, ...change };
  const parsed = routes.MeterValues.request.safeParse(payload);
  const violation = violationOf(parsed.error as z.ZodError, payload);
  expect(violation.code).toBe(code);
  expect(violation.description.startsWith(`${path}: `)).toBe(true);
});

it("tells wrong words from wrong types", () => {
  const schema = z.object({
    status: z.enum(["A", "B"]),
    list: z.array(z.string()).min(1).optional(),
    at: z.iso.date(),
  });
  const code = (payload: object) => violationOf(schema.safeParse(payload).error as z.ZodError, payload).code;
  expect(code({ status: "C", at: "2026-01-01" })).toBe("PropertyConstraintViolation");
  expect(code({ status: 1, at: "2026-01-01" })).toBe("TypeConstraintViolation");
  expect(code({ status: "A", list: [], at: "2026-01-01" })).toBe("OccurenceConstraintViolation");
  expect(code({ status: "A", at: "today" })).toBe("PropertyConstraintViolation");
});

it("has something to say of an error without an issue, and of one about the whole", () => {
  expect(violationOf(new z.ZodError([]), {}).code).toBe("FormationViolation");
  const whole = z.object({}).refine(() => false, "wrong altogether");
  expect(violationOf(whole.safeParse({}).error as z.ZodError, {})).toEqual({
    code: "PropertyConstraintViolation",
    description: "wrong altogether",
  });
});
