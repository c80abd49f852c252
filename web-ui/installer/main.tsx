import { render } from "preact";
import programUrl from "../../dist/device/charger-board.devs?url";
import { now } from "../common/clock";
import { langs, pickLang } from "../common/translate";
import { hubApi } from "../hub-admin/api";
import { hubAdminDe } from "../hub-admin/texts-de";
import { hubAdminEn } from "../hub-admin/texts-en";
import { Page } from "./page";
import type { Serial } from "./ports";
import { installerDe } from "./texts-de";
import { installerEn } from "./texts-en";

/** The page begins: its language, then itself. What flashes chips comes later, when it is needed. */
const lang = langs.find((each) => each === localStorage.getItem("lang")) ?? pickLang(navigator.languages);
document.documentElement.lang = lang;

render(
  <Page
    lang={lang}
    texts={lang === "de" ? { ...hubAdminDe, ...installerDe } : { ...hubAdminEn, ...installerEn }}
    now={now}
    apiFor={(token) => hubApi((...args) => fetch(...args), token)}
    fetch={(...args) => fetch(...args)}
    storage={sessionStorage}
    serial={(navigator as Navigator & { serial?: Serial }).serial ?? null}
    isSecure={isSecureContext}
    address={location}
    program={async () => new Uint8Array(await (await fetch(programUrl)).arrayBuffer())}
    copy={(text) => navigator.clipboard.writeText(text)}
    print={() => globalThis.print()}
    setLang={(next) => {
      localStorage.setItem("lang", next);
      location.reload();
    }}
  />,
  document.getElementById("app") as HTMLElement,
);
