/** Text that PostgreSQL can hold: the replacement character stands for NUL and for halves of surrogate pairs, which its text, and its functions for JSON, refuse. */
export function storable(text: string): string {
  return text.replaceAll("\0", "\uFFFD").replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** JSON whose texts are `storable`. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (typeof each === "string" ? storable(each) : each));
}
