import { logo } from "../../common/icons";
import type { PageState } from "../state";

/** The site's name, which leads to all chargers, and the other language. */
export function Header({ state }: { state: PageState }) {
  const { lang, t } = state.words;
  const other = lang === "en" ? "de" : "en";
  return (
    <header class="bar">
      <a class="home" href="/">
        {logo}
        <span>{state.view.value.site.name}</span>
      </a>
      <a class="lang" href={`${state.path.split("?")[0]}?lang=${other}`} lang={other} hreflang={other} rel="nofollow">
        {t("otherLanguage")}
      </a>
    </header>
  );
}
