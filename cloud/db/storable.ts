import { storable } from "../../shared/schema";

/** Text that PostgreSQL can hold: it refuses NUL and halves of surrogate pairs, also in its functions for JSON. */
export { storable };

/** JSON whose texts are `storable`. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (typeof each === "string" ? storable(each) : each));
}
