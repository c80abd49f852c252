/** Texts of one language: key -> sentence, with `{name}` where a value goes. */
export type Texts = Record<string, string>;

type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Values<T extends string> = [Names<T>] extends [never] ? [] : [values: Record<Names<T>, string | number>];

/** Gives the text of a key; the values that its placeholders need are part of the type. */
export type Translate<D extends Texts> = <K extends keyof D & string>(key: K, ...values: Values<D[K]>) => string;

export const langs = ["en", "de"] as const;
export type Lang = (typeof langs)[number];

/** The locale for Intl: European English, so that the clock has 24 hours like the charger's own display. */
export const locales: Record<Lang, string> = { en: "en-GB", de: "de-DE" };

/** t() over the texts of one language; `D` is the English dictionary, from which keys and placeholders are typed. */
export function translator<D extends Texts>(texts: Record<keyof D & string, string>): Translate<D> {
  return (key, ...values) => fill(texts[key], values[0]);
}

function fill(text: string, values: Record<string, string | number> | undefined): string {
  return values ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : text;
}

/** The names of a text's placeholders, sorted: equal in every language, or a value would be lost in translation. */
export function placeholders(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string).toSorted();
}

/** The best of our languages for the browser's list, such as `navigator.languages`. */
export function pickLang(wanted: readonly string[]): Lang {
  for (const tag of wanted) {
    const found = langs.find((lang) => tag.toLowerCase().split("-")[0] === lang);
    if (found) return found;
  }
  return "en";
}
