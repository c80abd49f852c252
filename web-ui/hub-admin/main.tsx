import { render } from "preact";
import { now } from "../common/clock";
import { langs, pickLang } from "../common/translate";
import { hubApi } from "./api";
import { Page } from "./page";
import { hubAdminDe } from "./texts-de";
import { hubAdminEn } from "./texts-en";

/** The page begins: its language, then itself. One script, since the hub may be the only thing in reach. */
const lang = langs.find((each) => each === localStorage.getItem("lang")) ?? pickLang(navigator.languages);
document.documentElement.lang = lang;

render(
  <Page
    lang={lang}
    texts={lang === "de" ? hubAdminDe : hubAdminEn}
    now={now}
    apiFor={(token) => hubApi((...args) => fetch(...args), token)}
    storage={sessionStorage}
    setLang={(next) => {
      localStorage.setItem("lang", next);
      location.reload();
    }}
  />,
  document.getElementById("app") as HTMLElement,
);
