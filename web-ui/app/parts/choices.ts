import { currencyDigits } from "../../../shared/money";
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

/** Every currency that the browser knows and a site may have, by code with its name. */
export function currencies({ lang }: Words): Option[] {
  const names = new Intl.DisplayNames(locales[lang], { type: "currency" });
  const possible = Intl.supportedValuesOf("currency").filter((code) => currencyDigits(code) < 3);
  return possible.map((code) => [code, `${code} \u2013 ${names.of(code) ?? code}`]);
}
