/** The parts of JSON Schema that the OpenAPI document of the cloud uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  minLength?: number;
  minimum?: number;
  exclusiveMinimum?: number;
}

const formats: Record<string, string> = {
  uuid: "01900000-0000-7000-8000-000000000000",
  "date-time": "2026-06-01T12:00:00Z",
  date: "2026-06-01",
  email: "nobody@test.example",
  uri: "https://push.example/1",
};
const texts = ["A-1", "EUR", "12:00", "en", "2026-06", "+491701234567", "123456", "1,1,2,2", "DE"];

/** The smallest value that fits a schema: only what is required, first of what can be chosen. */
export function sample(schema: Schema, named: Record<string, Schema>): unknown {
  const again = (inner: Schema) => sample(inner, named);
  if (schema.$ref) return again(named[schema.$ref.split("/").at(-1)!]!);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map(again)) as unknown;
  const choice = (schema.anyOf ?? schema.oneOf)?.[0];
  if (choice) return again(choice);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "object") {
    const { properties = {}, required = [] } = schema;
    return Object.fromEntries(required.map((name) => [name, again(properties[name] ?? { type: "string" })]));
  }
  if (type === "array") return Array.from({ length: schema.minItems ?? 0 }, () => again(schema.items ?? {}));
  if (type === "boolean") return true;
  if (type === "integer" || type === "number") return Math.max(schema.minimum ?? 1, (schema.exclusiveMinimum ?? 0) + 1);
  if (type === "null") return null;
  if (schema.format && schema.format in formats) return formats[schema.format];
  const { pattern } = schema;
  if (pattern) return texts.find((text) => new RegExp(pattern).test(text));
  return "x".repeat(Math.max(1, schema.minLength ?? 1));
}
