import { LocationProvider, Route, Router, lazy, useLocation } from "preact-iso";
import { useEffect, useRef } from "preact/hooks";
import { logo } from "../common/icons";
import { langs } from "../common/translate";
import { useApp } from "./context";
import { SignInPage } from "./pages/sign-in";
import { SitesPage } from "./pages/sites";

const SiteBoardPage = lazy(() => import("./pages/board"));
const NewSitePage = lazy(() => import("./pages/new-site"));
const PairPage = lazy(() => import("./pages/pair"));
const SessionsPage = lazy(() => import("./pages/sessions"));
const SessionPage = lazy(() => import("./pages/session"));
const TariffsPage = lazy(() => import("./pages/tariffs"));
const SettingsPage = lazy(() => import("./pages/settings"));

const languageNames = { en: "English", de: "Deutsch" } as const;

/** The frame of every page: who is signed in, where to go, the language; and the page of the address. */
export function Shell() {
  const { words, user } = useApp();
  return (
    <LocationProvider>
      <a class="skip" href="#main">
        {words.t("skip")}
      </a>
      <TopBar />
      <div class="page">{user ? <Pages /> : <SignInPage />}</div>
      <BottomBar />
    </LocationProvider>
  );
}

function TopBar() {
  const { words, api, user, setUser } = useApp();
  const { route } = useLocation();
  return (
    <header class="top">
      <a class="home" href="/">
        {logo}
        <span>hitchpost</span>
      </a>
      {user ? (
        <button
          class="plain"
          type="button"
          onClick={async () => {
            await api.signOut();
            setUser(null);
            route("/");
          }}
        >
          {words.t("signOut")}
        </button>
      ) : null}
    </header>
  );
}

function BottomBar() {
  const { words, setLang } = useApp();
  return (
    <footer class="bottom">
      <div class="select small">
        <select
          aria-label={words.t("language")}
          onChange={(event) => setLang((event.currentTarget as HTMLSelectElement).value)}
        >
          {langs.map((lang) => (
            <option key={lang} value={lang} selected={lang === words.lang}>
              {languageNames[lang]}
            </option>
          ))}
        </select>
      </div>
    </footer>
  );
}

function Pages() {
  const { path } = useLocation();
  const first = useRef(path);
  const left = useRef(false);
  const arrive = () => {
    if (left.current) focusHeading();
  };
  useEffect(() => {
    left.current ||= path !== first.current;
    arrive();
  }, [path]);
  return (
    <Router onLoadEnd={arrive}>
      <Route path="/" component={SitesPage} />
      <Route path="/sign-in" component={SitesPage} />
      <Route path="/sign-up" component={SitesPage} />
      <Route path="/sites/new" component={NewSitePage} />
      <Route path="/sites/:siteId" component={SiteBoardPage} />
      <Route path="/sites/:siteId/pair" component={PairPage} />
      <Route path="/sites/:siteId/sessions" component={SessionsPage} />
      <Route path="/sites/:siteId/sessions/:sessionId" component={SessionPage} />
      <Route path="/sites/:siteId/tariffs" component={TariffsPage} />
      <Route path="/sites/:siteId/tariffs/:tariffId" component={TariffsPage} />
      <Route path="/sites/:siteId/settings" component={SettingsPage} />
      <Route default component={NotFoundPage} />
    </Router>
  );
}

/** After a change of page, people who hear the page stand at its heading, not at the top of the menu. */
function focusHeading(): void {
  const heading = document.querySelector("h1");
  if (!heading || document.activeElement?.closest("main form")) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

export function NotFoundPage() {
  const { t } = useApp().words;
  return (
    <main id="main" class="stack">
      <h1>{t("notFoundTitle")}</h1>
      <p class="lead">{t("notFoundText")}</p>
      <a class="button quiet fit" href="/">
        {t("toSites")}
      </a>
    </main>
  );
}
