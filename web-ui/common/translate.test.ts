import { expect, it } from "vitest";
import { accountDe } from "../app/account/account-de";
import { accountEn } from "../app/account/account-en";
import { driverDe } from "../app/driver/driver-de";
import { driverEn } from "../app/driver/driver-en";
import { appDe } from "../app/texts-de";
import { appEn } from "../app/texts-en";
import { hubDe } from "../hub/texts-de";
import { hubEn } from "../hub/texts-en";
import { tariffDe, tariffEn } from "./texts";
import { pickLang, placeholders, translator } from "./translate";

const books = [
  ["hub page", hubEn, hubDe],
  ["cloud app", appEn, appDe],
  ["drivers' pages", driverEn, driverDe],
  ["pages of an account", accountEn, accountDe],
  ["prices", tariffEn, tariffDe],
] as const;

it.each(books)("every text of the %s is there in both languages, with the same placeholders", (_, en, de) => {
  const [english, german] = [en as Record<string, string>, de as Record<string, string>];
  expect(Object.keys(german).toSorted()).toEqual(Object.keys(english).toSorted());
  for (const [key, text] of Object.entries(english)) {
    expect(text.trim(), key).not.toBe("");
    expect(german[key]?.trim(), key).not.toBe("");
    expect(placeholders(german[key] as string), key).toEqual(placeholders(text));
  }
});

it("fills in values, as text or number, and leaves a placeholder that got none to be seen", () => {
  const t = translator<{ plain: "Hello"; greet: "Hello {name}, {count} times" }>({
    plain: "Hallo",
    greet: "Hallo {name}, {count} mal",
  });
  expect(t("plain")).toBe("Hallo");
  expect(t("greet", { name: "Ada", count: 3 })).toBe("Hallo Ada, 3 mal");
  expect(t("greet", { name: "{count}" } as { name: string; count: number })).toBe("Hallo {count}, {count} mal");
});

it("picks the first of our languages that the browser wants, else English", () => {
  expect(pickLang(["fr-FR", "de-AT", "en"])).toBe("de");
  expect(pickLang(["EN-us"])).toBe("en");
  expect(pickLang(["nl"])).toBe("en");
  expect(pickLang([])).toBe("en");
});
