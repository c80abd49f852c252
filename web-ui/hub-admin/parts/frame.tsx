import type { ComponentChildren } from "preact";
import { logo } from "../../common/icons";
import { langs } from "../../common/translate";
import { useHub } from "../use";

const languageNames = { en: "English", de: "Deutsch" } as const;

/** What stands around each of the hub's pages for installers and owners: the way to its content, the way out, the language. */
export function Frame(props: {
  /** Somebody is signed in. */
  isOpen: boolean;
  /** After a sign-out by hand. */
  onClose: () => void;
  setLang: (lang: string) => void;
  children: ComponentChildren;
}) {
  const { isOpen, onClose, setLang, children } = props;
  const {
    words: { t, lang },
    signOut,
  } = useHub();
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        {t("skip")}
      </a>
      <header class="top">
        <a class="home" href="/">
          {logo}
          <span>hitchpost</span>
        </a>
        {isOpen ? (
          <button
            class="plain"
            type="button"
            onClick={() => {
              signOut();
              onClose();
            }}
          >
            {t("signOut")}
          </button>
        ) : null}
      </header>
      <div class="page">{children}</div>
      <footer class="bottom">
        <div class="select small">
          <select
            aria-label={t("language")}
            onChange={(event) => setLang((event.currentTarget as HTMLSelectElement).value)}
          >
            {langs.map((each) => (
              <option key={each} value={each} selected={each === lang}>
                {languageNames[each]}
              </option>
            ))}
          </select>
        </div>
      </footer>
    </>
  );
}

/** The fragment names the part of the page, so skipping must not change it. */
function skip(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
