import type { Format } from "../common/format";
import { faultKey } from "../common/faults";
import type { Lang, Translate } from "../common/translate";
import type { Failure } from "./api";
import type { hubAdminEn } from "./texts-en";

export type HubAdminTexts = Record<keyof typeof hubAdminEn, string>;

/** Everything that turns values into words in one language and the site's zone. */
export interface Words {
  lang: Lang;
  t: Translate<typeof hubAdminEn>;
  format: Format;
}

const errors = {
  unauthorized: "errorToken",
  rate_limited: "errorRate",
  network: "errorNetwork",
  charge_point_offline: "errorOffline",
  no_answer: "errorSilent",
  pairing_refused: "errorCodeRefused",
  cloud_unreachable: "errorCloudAway",
  invalid_input: "errorInput",
} as const;

/** What went wrong, in plain words; else the hub's own sentence. */
export function errorText({ code, detail }: Failure, { t }: Words): string {
  return Object.hasOwn(errors, code) ? t(errors[code as keyof typeof errors]) : t("errorAny", { detail });
}

/** What a charger's error code means; null: none. */
export function faultText(errorCode: string, status: string, { t }: Words): string | null {
  return status === "Faulted" || errorCode !== "NoError" ? t(faultKey(errorCode)) : null;
}
