import type { VNode } from "preact";
import { LocationProvider, Route, Router, useLocation } from "preact-iso";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { logo, nav } from "../common/icons";
import { langs } from "../common/translate";
import { useApp } from "./context";
import { accountRoutes } from "./account/routes";
import { signInPath } from "./back";
import { adminRoutes } from "./admin/routes";
import { driverRoutes } from "./driver/routes";
import { lazyPage, lazyRoutes } from "./lazy-routes";
import { ownerRoutes } from "./owner/routes";
import { messageRoutes } from "./messages/routes";
import { NotFoundPage } from "./parts/not-found";
import { Unread, useUnread } from "./parts/unread";
import { leave } from "./who";

const SignInPage = lazyPage(async () => ({ default: (await import("./pages/sign-in")).SignInPage }));
const sitesPage = async () => ({ default: (await import("./pages/sites")).SitesPage });

/** Pages that speak the frame's own texts. */
export function frameRoutes(): VNode[] {
  return lazyRoutes({
    "/sites": sitesPage,
    "/sign-in": sitesPage,
    "/sign-up": sitesPage,
    "/sites/:siteId": () => import("./pages/board"),
    "/sites/:siteId/sessions": () => import("./pages/sessions"),
    "/sites/:siteId/sessions/:sessionId": () => import("./pages/session"),
    "/sites/:siteId/settings": () => import("./pages/settings"),
  });
}

/** What anybody may look at: finding a place, by its charger's code as well, the place, and where mails lead whoever cannot sign in. */
function isPublic(path: string): boolean {
  return /^\/($|scan$|places\/[^/]+\/?$|forgot-password$|reset-password$|verified$)/.test(path);
}

const parts = [driverRoutes, ownerRoutes, accountRoutes, adminRoutes, messageRoutes];

const languageNames = { en: "English", de: "Deutsch" } as const;

/** The frame of every page: who is signed in, where to go, the language; and the page of the address. */
export function Shell() {
  const { words } = useApp();
  return (
    <LocationProvider>
      <a class="skip" href="#main">
        {words.t("skip")}
      </a>
      <TopBar />
      <div class="page">
        <Pages />
      </div>
      <BottomBar />
    </LocationProvider>
  );
}

const places = [
  ["navFind", "/", nav.find, /^\/($|scan|places\/)/],
  ["navCharging", "/charging", nav.charging, /^\/(charging|weekly|sessions|vehicles|payments|bills)/],
  ["navInbox", "/inbox", nav.inbox, /^\/inbox/],
  ["navSites", "/sites", nav.sites, /^\/(sites|business|payouts)/],
  ["navAccount", "/account", nav.person, /^\/account/],
] as const;

const adminPlace = ["navAdmin", "/admin", nav.admin, /^\/admin/] as const;

/** Whether the signed-in user is an admin of the platform; asked for beside the page, which does not wait. */
function useIsAdmin(): boolean {
  const { api, user } = useApp();
  const [isAdmin, setIsAdmin] = useState(false);
  useEffect(() => {
    setIsAdmin(false);
    if (user === null) return;
    void api.call<{ user?: { isAdmin: boolean } }>("GET", "/me").then((answer) => {
      if (answer.ok) setIsAdmin(answer.value.user?.isAdmin === true);
    });
  }, [user?.id]);
  return isAdmin;
}

/** The app's parts: beside the name, or on a phone below the thumb. */
function MainNav() {
  const { words, user } = useApp();
  const { path } = useLocation();
  const unread = useUnread(user?.id ?? null);
  // Who looks at a place, perhaps by a link that was sent to them, comes back to it.
  const back = path.startsWith("/places/") ? path : "/";
  const signIn = ["signIn", signInPath("/sign-in", back), nav.person, /^\/sign-/] as const;
  const isAdmin = useIsAdmin();
  const shown = user ? [...places, ...(isAdmin ? [adminPlace] : [])] : ([places[0], signIn] as const);
  return (
    <nav class="main-nav" aria-label={words.t("navLabel")}>
      {shown.map(([key, href, icon, inside]) => (
        <a key={key} href={href} aria-current={inside.test(path) ? "page" : undefined}>
          {icon}
          {words.t(key)}
          {key === "navInbox" ? <Unread count={unread} /> : null}
        </a>
      ))}
    </nav>
  );
}

/** Ends this browser's notifications; what does that comes when it is needed. */
async function quiet(): Promise<void> {
  await (await import("./end-push")).endPush(globalThis.navigator?.serviceWorker);
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
      <MainNav />
      {user ? (
        <button
          class="plain"
          type="button"
          onClick={async () => {
            // Whatever a browser does not do of it keeps nobody signed in.
            await Promise.allSettled([leave(api.signOut, localStorage), quiet()]);
            // What this tab holds, and the share links it came by, are not the next one's.
            sessionStorage.clear();
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
  const { words, user } = useApp();
  const { path } = useLocation();
  const routes = useMemo(() => [...parts.flatMap((each) => each(words.lang)), ...frameRoutes()], []);
  const first = useRef(path);
  const left = useRef(false);
  const arrive = () => {
    if (left.current) focusHeading();
  };
  useEffect(() => {
    left.current ||= path !== first.current;
    arrive();
  }, [path]);
  if (!user && !isPublic(path)) {
    return (
      <Router key="out" onLoadEnd={arrive}>
        {[<Route key="sign-in" default component={SignInPage} />]}
      </Router>
    );
  }
  return (
    <Router key="in" onLoadEnd={arrive}>
      {routes}
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
