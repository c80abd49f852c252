import { locales } from "../../common/translate";
import type { Words } from "../words";

type Option = readonly [value: string, text: string];

/** Who may start, in words. */
export function policies({ t }: Words): Option[] {
  return [
    ["open", t("policyOpen")],
    ["accessKey", t("policyAccessKey")],
    ["pass", t("policyPass")],
  ];
}

/** Every currency that the browser knows, by code with its name. */
export function currencies({ lang }: Words): Option[] {
  const names = new Intl.DisplayNames(locales[lang], { type: "currency" });
  return Intl.supportedValuesOf("currency").map((code) => [code, `${code} \u2013 ${names.of(code) ?? code}`]);
}
