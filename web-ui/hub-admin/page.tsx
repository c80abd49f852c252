import type { ComponentChild } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { logo } from "../common/icons";
import { formatsFor } from "../common/format";
import { langs, translator } from "../common/translate";
import type { Lang } from "../common/translate";
import type { Failure, HubApi } from "./api";
import { Act, Field, Trouble, valueOf } from "./parts/bits";
import { Chargers } from "./parts/chargers";
import { Console } from "./parts/console";
import { Load } from "./parts/load";
import { Reservations } from "./parts/reservations";
import type { HubSite } from "./types";
import { HubAdminContext, useHub, useWork } from "./use";
import type { HubAdminTexts } from "./words";

const parts = { chargers: Chargers, load: Load, reservations: Reservations, console: Console } as const;
type Part = keyof typeof parts;

/** What the page needs of its browser: where the token is kept, the API for one, the address's fragment. */
export interface Surroundings {
  lang: Lang;
  texts: HubAdminTexts;
  now: () => number;
  apiFor: (token: string) => HubApi;
  /** Of this tab alone. */
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  setLang: (lang: string) => void;
}

const TOKEN = "hub-admin-token";
/** How long until a hub that did not say its site is asked again. */
const AGAIN_MS = 3_000;
const languageNames = { en: "English", de: "Deutsch" } as const;

/** The hub's page for installers and owners: the token first, then the site's parts by the address's fragment. */
export function Page({ lang, texts, now, apiFor, storage, setLang }: Surroundings) {
  const [token, setToken] = useState(storage.getItem(TOKEN) ?? "");
  const [site, setSite] = useState<HubSite | null>(null);
  const [wasRefused, setRefused] = useState(false);
  const [trouble, setTrouble] = useState<Failure | null>(null);
  const [round, setRound] = useState(0);
  const words = {
    lang,
    t: translator<HubAdminTexts & Record<string, string>>(texts),
    format: formatsFor(lang, site?.timeZone ?? "UTC"),
  };
  const signOut = () => {
    storage.removeItem(TOKEN);
    setToken("");
    setSite(null);
    setTrouble(null);
    setRefused(true);
  };
  const api = apiFor(token);
  // Without its zone nothing of a site is shown: times of another zone would be taken for its own.
  useEffect(() => {
    if (token === "" || site !== null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isHere = true;
    void api.site().then((answer) => {
      if (!isHere) return;
      if (answer.ok) {
        setTrouble(null);
        return setSite(answer.value);
      }
      if (answer.error.code === "unauthorized") return signOut();
      setTrouble(answer.error);
      timer = setTimeout(() => setRound((count) => count + 1), AGAIN_MS);
    });
    return () => {
      isHere = false;
      clearTimeout(timer);
    };
  }, [token, round]);
  const enter = (given: string, found: HubSite) => {
    storage.setItem(TOKEN, given);
    setRefused(false);
    setToken(given);
    setSite(found);
  };
  let content: ComponentChild = null;
  if (token === "") content = <Gate apiFor={apiFor} wasRefused={wasRefused} onEnter={enter} />;
  else if (site) content = <Site name={site.name} />;
  else if (trouble) content = <Away error={trouble} again={() => setRound((count) => count + 1)} />;
  return (
    <HubAdminContext.Provider value={{ words, api, now, signOut }}>
      <a class="skip" href="#main" onClick={skip}>
        {words.t("skip")}
      </a>
      <header class="top">
        <a class="home" href="/">
          {logo}
          <span>hitchpost</span>
        </a>
        {token === "" ? null : (
          <button
            class="plain"
            type="button"
            onClick={() => {
              signOut();
              setRefused(false);
            }}
          >
            {words.t("signOut")}
          </button>
        )}
      </header>
      <div class="page">{content}</div>
      <footer class="bottom">
        <div class="select small">
          <select
            aria-label={words.t("language")}
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
    </HubAdminContext.Provider>
  );
}

/** The fragment names the part of the page, so skipping must not change it. */
function skip(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

/** Asks for the token, and tries it before it is kept. */
function Gate(props: {
  apiFor: (token: string) => HubApi;
  wasRefused: boolean;
  onEnter: (token: string, site: HubSite) => void;
}) {
  const { t } = useHub().words;
  const { busy, error, run } = useWork();
  const enter = async (token: string) => {
    if (token === "") return;
    const site = await run(props.apiFor(token).site());
    if (site) props.onEnter(token, site);
  };
  const refused = props.wasRefused && !error ? { code: "unauthorized", detail: "" } : null;
  return (
    <main id="main" class="narrow stack" tabIndex={-1}>
      <div>
        <h1>{t("title")}</h1>
        <p class="lead">{t("signInLead")}</p>
      </div>
      <form
        class="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void enter(valueOf(event.currentTarget, "token"));
        }}
      >
        <Field id="token" type="password" label={t("token")} hint={t("tokenHint")} />
        <Trouble error={error ?? refused} />
        <Act busy={busy} submit>
          {t("signIn")}
        </Act>
      </form>
    </main>
  );
}

/** The hub has not said whose it is: what went wrong, and a way on. It is asked again anyway. */
function Away({ error, again }: { error: Failure; again: () => void }) {
  const { t } = useHub().words;
  return (
    <main id="main" class="narrow stack" tabIndex={-1}>
      <h1>{t("title")}</h1>
      <Trouble error={error} />
      <Act busy={false} onClick={again}>
        {t("again")}
      </Act>
    </main>
  );
}

function partOf(hash: string): Part {
  const wanted = hash.slice(1);
  return Object.hasOwn(parts, wanted) ? (wanted as Part) : "chargers";
}

function Site({ name }: { name: string }) {
  const { t } = useHub().words;
  const [part, setPart] = useState(() => partOf(location.hash));
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const change = () => {
      setPart(partOf(location.hash));
      heading.current?.focus();
    };
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  const bar = useRef<HTMLElement>(null);
  useEffect(
    () => bar.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" }),
    [part],
  );
  const Shown = parts[part];
  return (
    <main id="main" class="stack" tabIndex={-1}>
      <div class="head">
        <h1 ref={heading} tabIndex={-1}>
          {name}
        </h1>
        <nav class="tabs" ref={bar} aria-label={t("tabs")}>
          {(Object.keys(parts) as Part[]).map((each) => (
            <a key={each} href={`#${each}`} aria-current={each === part ? "page" : undefined}>
              {t(each)}
            </a>
          ))}
        </nav>
      </div>
      <Shown key={part} />
    </main>
  );
}
