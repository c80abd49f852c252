import { options, render } from "preact";
import type { ComponentChild } from "preact";
import { LocationProvider } from "preact-iso";
import { expect } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import type { Api, Call } from "../app/api";
import { AppContext } from "../app/context";
import { appEn } from "../app/texts-en";
import { ownerEn } from "../app/owner/owner-en";
import { useOwnerTexts } from "../app/owner/words";
import { wordsFor } from "../app/words";
import { appNow, site } from "./app-data";
import { installMiniDom, valueOf } from "./mini-dom";

type Root = ReturnType<typeof installMiniDom>;

/** An owner's page in a document of a test, over answers that the test sets by method and path, such as `GET /sites/:s/place`. */
export class OwnerPage {
  root: Root = installMiniDom("/");
  /** What each call is answered with; a function is asked each time. */
  answers: Record<string, unknown> = { "GET /sites/:s": site };
  asked: { what: string; body: unknown }[] = [];
  readonly kept = new Map<string, string>();

  open(page: ComponentChild, path = `/sites/${site.siteId}`, now = Date.parse(appNow)): void {
    useOwnerTexts(ownerEn);
    // What an event changes is drawn before the next one comes, as in a browser.
    options.debounceRendering = (run) => run();
    this.root = installMiniDom(path);
    Object.assign(document, { getElementById: () => null });
    Object.assign(globalThis, {
      localStorage: {
        getItem: (key: string) => this.kept.get(key) ?? null,
        setItem: (key: string, value: string) => this.kept.set(key, value),
      },
    });
    const call = (async (method: string, path: string, body?: unknown) => {
      const what = `${method} ${path.replace(site.siteId, ":s").replace(site.organizationId, ":o")}`;
      this.asked.push({ what, body });
      const plain = what.split("?")[0] as string;
      const answer = Object.hasOwn(this.answers, what) ? this.answers[what] : this.answers[plain];
      const value: unknown = typeof answer === "function" ? answer(body) : answer;
      return value instanceof Refusal ? { ok: false, error: { code: value.code, detail: "" } } : { ok: true, value };
    }) as Call;
    const api = {
      call,
      sites: () => call("GET", "/sites"),
      site: () => call("GET", `/sites/${site.siteId}`),
      tariffs: () => call("GET", `/sites/${site.siteId}/tariffs`),
      putTariff: (siteId: string, tariff: { id: string }, from?: string) =>
        call(
          "PUT",
          `/sites/${siteId}/tariffs/${tariff.id}${from ? `?effectiveFrom=${encodeURIComponent(from)}` : ""}`,
          tariff,
        ),
    };
    const app = {
      words: wordsFor("en", appEn),
      api: api as unknown as Api,
      now: () => now,
      user: { id: "u", email: "a@b.c", name: "Alex" },
      setUser: () => undefined,
      setLang: () => undefined,
    };
    render(
      <AppContext.Provider value={app}>
        <LocationProvider>{page}</LocationProvider>
      </AppContext.Provider>,
      this.root,
    );
  }
  close(): void {
    render(null, this.root);
  }
  says(text: string): Promise<unknown> {
    return eventually(() => expect(this.root.textContent).toContain(text));
  }
  /** The last body that was sent to an address. */
  sent(what: string): unknown {
    return this.asked.findLast((each) => each.what === what)?.body;
  }
  wasAsked(what: string): Promise<unknown> {
    return eventually(() => expect(this.asked.map((each) => each.what)).toContain(what));
  }
  /** Types into the field of an id, or chooses there. */
  type(id: string, value: string): void {
    this.node(id).fire("input", { currentTarget: Object.assign(this.node(id), { value }) });
    this.node(id).fire("change", { currentTarget: this.node(id) });
  }
  node(id: string) {
    const found = this.root.all((node) => valueOf(node, "id") === id)[0];
    if (!found) throw new Error(`no #${id} in: ${this.root.textContent}`);
    return found;
  }
  /** What an element is called by `aria-label`. */
  labelled(label: string) {
    const found = this.root.all((node) => valueOf(node, "aria-label") === label)[0];
    if (!found) throw new Error(`nothing is called ${label} in: ${this.root.textContent}`);
    return found;
  }
  press(text: string): void {
    this.root.find("button", text).fire("click");
  }
  submit(text = ""): void {
    this.root.find("form", text).fire("submit");
  }
}

/** An answer that is a refusal. */
export class Refusal {
  constructor(readonly code: string) {}
}
