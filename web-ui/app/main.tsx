import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { now } from "../common/clock";
import { langs, pickLang } from "../common/translate";
import type { Lang } from "../common/translate";
import { cloudApi } from "./api";
import { takeShare } from "./driver/share";
import { errorTexts } from "./error-texts";
import { AppContext } from "./context";
import { NewVersion } from "./parts/new-version";
import { Shell } from "./shell";
import type { User } from "./types";
import { finishLeaving, keepUser, whoIs } from "./who";
import type { AppTexts } from "./words";
import { wordsFor } from "./words";

/** The app begins: language, who is signed in, then the page of the address. Each language is a file of its own. */
const textsOf: Record<Lang, () => Promise<AppTexts>> = {
  en: async () => (await import("./texts-en")).appEn,
  de: async () => (await import("./texts-de")).appDe,
};
// Before anything is asked, and by that told where from.
takeShare();
const chosen = langs.find((lang) => lang === localStorage.getItem("lang"));
const lang = chosen ?? pickLang(navigator.languages);
document.documentElement.lang = lang;
// Pages wait for them, the frame does not.
void errorTexts.load(lang);
const api = cloudApi((...args) => fetch(...args));

const [texts, me] = await Promise.all([textsOf[lang](), finishLeaving(api.signOut, localStorage).then(() => api.me())]);
const somebody = whoIs(me, localStorage);
const words = wordsFor(lang, texts);

function setLang(next: string): void {
  localStorage.setItem("lang", next);
  location.reload();
}

/** Calls whenever the page comes into sight again. */
function onShown(hear: () => void): void {
  document.addEventListener("visibilitychange", () => (document.hidden ? undefined : hear()));
}

function Root() {
  const [user, show] = useState<User | null>(somebody);
  const [update, setUpdate] = useState<(() => void) | null>(null);
  useEffect(() => {
    if (!("serviceWorker" in navigator)) return;
    const onNew = (take: () => void) => setUpdate(() => take);
    // After the page: nobody waits for it.
    void import("./sw-client").then(({ startWorker }) =>
      startWorker(navigator.serviceWorker, { onNew, reload: () => location.reload(), onShown }),
    );
  }, []);
  const setUser = (next: User | null) => {
    keepUser(localStorage, next);
    show(next);
  };
  return (
    <AppContext.Provider value={{ words, api, now, user, setUser, setLang }}>
      <Shell />
      <NewVersion onUpdate={update} />
    </AppContext.Provider>
  );
}

render(<Root />, document.getElementById("app") as HTMLElement);
