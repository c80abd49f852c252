import { hydrate, render } from "preact";
import { now } from "../common/clock";
import { hubApi } from "./api";
import { controllerOf } from "./controller";
import { followLive } from "./live";
import { keeperOf } from "./mine";
import { Page } from "./page";
import { onChange } from "./signal";
import { initialState } from "./state";
import type { Boot } from "./state";

/** The page comes alive: the first HTML is taken over, then followed live. */
const boot = JSON.parse((document.getElementById("boot") as HTMLElement).textContent as string) as Boot;
const state = initialState(boot);
const api = hubApi((...args) => fetch(...args));
const controller = controllerOf(state, {
  now,
  fillRandom: (bytes) => crypto.getRandomValues(bytes),
  keeper: keeperOf({
    getItem: (key) => localStorage.getItem(key),
    setItem: (key, value) => localStorage.setItem(key, value),
  }),
  api,
  fragment: location.hash,
  origin: location.origin,
  timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  copy,
  reload: () => location.reload(),
  go: (path) => location.assign(path),
});

const root = document.getElementById("app") as HTMLElement;
hydrate(<Page state={state} actions={controller} />, root);
onChange(() => render(<Page state={state} actions={controller} />, root));
document.documentElement.dataset["alive"] = "true";
void controller.begin();

if (new URLSearchParams(location.search).has("lang")) {
  document.cookie = `lang=${boot.lang};path=/;max-age=31536000;samesite=lax`;
}

const connector = boot.view.connector;
if (connector) setInterval(controller.tick, 1000);
const place = connector ? `?cpId=${encodeURIComponent(connector.cpId)}&connectorId=${connector.connectorId}` : "";
followLive({
  open: () => new EventSource(`/api/page/live${place}`),
  alive: api.alive,
  onMessage: controller.onMessage,
  onReach: controller.onReach,
  after: (run, ms) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
});

/** Copies a text; plain HTTP has no navigator.clipboard, but the old command still works. */
async function copy(text: string): Promise<void> {
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
