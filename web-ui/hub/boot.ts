import type { HubPageView, Receipt } from "../../shared/hub-page";
import { formatsFor } from "../common/format";
import { tariffText } from "../common/tariff-text";
import { tariffDe, tariffEn } from "../common/texts";
import { translator } from "../common/translate";
import type { Lang } from "../common/translate";
import type { PageError } from "./errors";
import type { Boot } from "./state";
import { hubDe } from "./texts-de";
import { hubEn } from "./texts-en";

/** What a page is asked for: language, path, and what the server knows of the one who asks. */
export interface Asked {
  lang: Lang;
  path: string;
  secret: string;
  requestId?: string | null | undefined;
  receipt?: Receipt | undefined;
  error?: PageError | undefined;
}

/** Everything that a page is made of, from what the hub knows now: data, the texts of the language, and the price in words. */
export function bootOf(view: HubPageView, { lang, path, secret, requestId, receipt, error }: Asked): Boot {
  const tariff = view.connector?.tariff;
  const format = formatsFor(lang, view.site.timeZone);
  return {
    view,
    lang,
    path,
    secret,
    requestId: requestId ?? null,
    receipt: receipt ?? null,
    error: error ?? null,
    price: tariff ? tariffText(tariff, translator(lang === "de" ? tariffDe : tariffEn), format) : null,
    texts: lang === "de" ? hubDe : hubEn,
  };
}
