import { expect, it } from "vitest";
import { versionAt } from "./versions";

const at = (day: number) => Date.UTC(2026, 5, day);

it("gives the version that holds: the latest begun, and of equal times the later one", () => {
  const version = (day: number, name: string) => ({ from: new Date(at(day)).toISOString(), name });
  const versions = [version(5, "b"), version(1, "a"), version(5, "c"), version(9, "d")];
  const nameAt = (day: number) => versionAt(versions, at(day))?.name;
  expect([nameAt(0.5), nameAt(1), nameAt(4), nameAt(5), nameAt(8), nameAt(9)]).toEqual([
    undefined,
    "a",
    "a",
    "c",
    "c",
    "d",
  ]);
});
