import { expect, it } from "vitest";
import { chooseLang } from "./language";

it.each([
  [undefined, undefined, undefined, "en"],
  [undefined, undefined, "de-DE,de;q=0.9,en;q=0.8", "de"],
  [undefined, undefined, "fr, en;q=0.5, de;q=0.7", "de"],
  [undefined, undefined, "de;q=0, en;q=0.1", "en"],
  [undefined, undefined, "de;q=x, en;q=0.1", "en"],
  [undefined, undefined, "*, ;;;, fr", "en"],
  [undefined, "de", "en", "de"],
  ["en", "de", "de", "en"],
  ["xx", "yy", "de", "de"],
])("asked %s, chosen %s, accepts %s: %s", (asked, chosen, accept, expected) => {
  expect(chooseLang(asked, chosen, accept)).toBe(expected);
});
