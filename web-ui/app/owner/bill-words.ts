import type { OwnerT } from "./words";

/** Lines of a bill that the cloud names by a word (cloud/billing/charge-types.ts); others say themselves what they are. */
const words = [
  "ENERGY",
  "TIME",
  "PARKING_TIME",
  "FLAT",
  "MINIMUM",
  "MAXIMUM",
  "SESSION",
  "RESERVATION",
  "REFUND",
  "REVERSAL",
  "COMPENSATION",
] as const;

/** What a line of a bill is for, as people read it. */
export function lineText(text: string, o: OwnerT): string {
  const word = words.find((each) => each === text);
  return word ? o(`line_${word}`) : text;
}
