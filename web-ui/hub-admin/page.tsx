import type { ComponentChild } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatsFor } from "../common/format";
import { translator } from "../common/translate";
import type { Lang } from "../common/translate";
import type { Failure, HubApi } from "./api";
import { Act, Trouble } from "./parts/bits";
import { Chargers } from "./parts/chargers";
import { Cloud } from "./parts/cloud";
import { Console } from "./parts/console";
import { Frame } from "./parts/frame";
import { Gate, TOKEN } from "./parts/gate";
import { Load } from "./parts/load";
import { Reservations } from "./parts/reservations";
import type { HubSite } from "./types";
import { HubAdminContext, useHub } from "./use";
import type { HubAdminTexts } from "./words";

const parts = { chargers: Chargers, load: Load, reservations: Reservations, cloud: Cloud, console: Console } as const;
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

/** How long until a hub that did not say its site is asked again. */
const AGAIN_MS = 3_000;

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
  if (token === "") {
    const { t } = words;
    content = (
      <Gate apiFor={apiFor} wasRefused={wasRefused} onEnter={enter} title={t("title")} lead={t("signInLead")} />
    );
  } else if (site) content = <Site name={site.name} />;
  else if (trouble) content = <Away error={trouble} again={() => setRound((count) => count + 1)} />;
  return (
    <HubAdminContext.Provider value={{ words, api, now, signOut }}>
      <Frame isOpen={token !== ""} onClose={() => setRefused(false)} setLang={setLang}>
        {content}
      </Frame>
    </HubAdminContext.Provider>
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
