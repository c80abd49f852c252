import { formatsFor } from "../common/format";
import type { Format } from "../common/format";
import type { billEn, tariffEn } from "../common/texts";
import { translator } from "../common/translate";
import type { Lang, Translate } from "../common/translate";
import type { appEn } from "./texts-en";

export type AppTexts = Record<keyof typeof appEn, string>;

/** Everything that turns values into words in one language. */
export interface Words {
  lang: Lang;
  t: Translate<typeof appEn>;
  bill: Translate<typeof billEn>;
  tariff: Translate<typeof tariffEn>;
  /** Formats in a site's zone. */
  formatIn: (timeZone: string) => Format;
}

/** The app's words in a language. */
export function wordsFor(lang: Lang, texts: AppTexts): Words {
  const formats = new Map<string, Format>();
  return {
    lang,
    t: translator(texts),
    bill: translator(texts),
    tariff: translator(texts),
    formatIn(timeZone) {
      const format = formats.get(timeZone) ?? formatsFor(lang, timeZone);
      formats.set(timeZone, format);
      return format;
    },
  };
}
