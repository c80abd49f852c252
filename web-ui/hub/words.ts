import { formatsFor } from "../common/format";
import type { Format } from "../common/format";
import type { billEn } from "../common/texts";
import { translator } from "../common/translate";
import type { Lang, Translate } from "../common/translate";
import type { hubEn } from "./texts-en";

/** The hub page's texts in one language. */
export type HubTexts = Record<keyof typeof hubEn, string>;

/** Everything that turns values into words in one language and zone. */
export interface Words {
  lang: Lang;
  texts: HubTexts;
  t: Translate<typeof hubEn>;
  bill: Translate<typeof billEn>;
  format: Format;
}

/** The hub page's words in a language and the site's IANA zone. The texts come with the page, so that its script holds no language. */
export function wordsFor(lang: Lang, timeZone: string, texts: HubTexts): Words {
  return { lang, texts, t: translator(texts), bill: translator(texts), format: formatsFor(lang, timeZone) };
}
