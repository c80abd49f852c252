import { expect, it } from "vitest";
import { langs, placeholders } from "../common/translate";
import { hubAdminDe } from "./texts-de";
import { hubAdminEn } from "./texts-en";

it("has every text in both languages, with the same values in it", () => {
  expect(langs).toEqual(["en", "de"]);
  for (const [key, text] of Object.entries(hubAdminEn)) {
    expect(placeholders(hubAdminDe[key as keyof typeof hubAdminDe]), key).toEqual(placeholders(text));
  }
});
