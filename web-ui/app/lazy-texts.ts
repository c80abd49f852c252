import { translator } from "../common/translate";
import type { Lang, Texts, Translate } from "../common/translate";

/** Texts of a part of the app, which come with its pages. */
export interface LazyTexts<D extends Texts> {
  /** Loads a language, beside the page that speaks it. */
  load: (lang: Lang) => Promise<void>;
  /** Sets the texts at once. */
  use: (texts: Record<keyof D & string, string>) => void;
  /** They are there before any of their pages is. */
  t: () => Translate<D>;
  /** When they are there, where their loading has begun. */
  there: () => Promise<void> | undefined;
}

/** Texts in files of their own, one a language; `D` is the English dictionary. */
export function lazyTexts<D extends Texts>(
  files: Record<Lang, () => Promise<Record<keyof D & string, string>>>,
): LazyTexts<D> {
  let current: Translate<D> | null = null;
  const use = (texts: Record<keyof D & string, string>) => {
    current = translator<D>(texts);
  };
  let loading: Promise<void> | undefined;
  const load = (lang: Lang) => (loading = files[lang]().then(use));
  return { use, load, t: () => current as Translate<D>, there: () => loading };
}
