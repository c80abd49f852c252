/**
 * A copy of a value as its JSON would be read back: what JSON leaves out is left out, and nothing is shared with the original. It is
 * `JSON.parse(JSON.stringify(value))` in a quarter of the time, which each event of a commit costs. Throws a TypeError for what is no JSON.
 */
export function plain<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      // No -0, no NaN, nothing infinite.
      return Number.isFinite(value) ? value + 0 : null;
    case "object":
      if (value === null) return null;
      if (Array.isArray(value)) return Array.from(value, (each) => copy(each) ?? null);
      return Object.getPrototypeOf(value) === Object.prototype ? record(value as Record<string, unknown>) : read(value);
    case "bigint":
      return read(value);
    default:
      return undefined;
  }
}

function record(value: Record<string, unknown>): unknown {
  const made: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    // Setting this key would set the prototype; a value may say itself what its JSON is.
    if (key === "__proto__" || key === "toJSON") return read(value);
    const each = copy(value[key]);
    if (each !== undefined) made[key] = each;
  }
  return made;
}

/** Whatever is not made of plain objects and arrays. */
function read(value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : JSON.parse(text);
}
