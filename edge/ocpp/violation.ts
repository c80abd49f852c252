import type { z } from "zod";
import type { ErrorCode } from "../frame";

interface Violation {
  code: ErrorCode;
  description: string;
}

/**
 * What is wrong with a payload, as OCPP-J 1.6 section 4.2.3 names it: a missing field or a wrong number of elements is an occurence
 * constraint, another JSON type a type constraint, anything else a property constraint.
 */
export function violationOf(error: z.ZodError, payload: unknown): Violation {
  const issue = error.issues[0];
  if (!issue) return { code: "FormationViolation", description: "the payload cannot be understood" };
  const path = issue.path.map(String).join(".");
  return { code: codeOf(issue, payload), description: path === "" ? issue.message : `${path}: ${issue.message}` };
}

function codeOf(issue: z.core.$ZodIssue, payload: unknown): ErrorCode {
  const value = valueAt(payload, issue.path);
  if (value === undefined || value === null) return "OccurenceConstraintViolation";
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "int" && typeof value === "number"
        ? "PropertyConstraintViolation"
        : "TypeConstraintViolation";
    case "invalid_union":
      return "TypeConstraintViolation";
    case "invalid_value":
      return typeof value === "string" ? "PropertyConstraintViolation" : "TypeConstraintViolation";
    case "too_big":
    case "too_small":
      return Array.isArray(value) ? "OccurenceConstraintViolation" : "PropertyConstraintViolation";
    default:
      return "PropertyConstraintViolation";
  }
}

function valueAt(payload: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    payload,
  );
}
