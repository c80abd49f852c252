import { options, render } from "preact";
import type { ComponentChild } from "preact";
import { LocationProvider } from "preact-iso";
import { expect } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import type { Answer, Api } from "../app/api";
import { AppContext } from "../app/context";
import type { App } from "../app/context";
import { driverEn } from "../app/driver/driver-en";
import { useTexts } from "../app/driver/words";
import { appEn } from "../app/texts-en";
import { wordsFor } from "../app/words";
import { appNow } from "./app-data";
import { installMiniDom, memoryStore, valueOf } from "./mini-dom";

type Root = ReturnType<typeof installMiniDom>;

/** An answer that is a refusal. */
export const refused = (code: string) => ({ ok: false, error: { code, detail: "" } }) as const;

/** A driver's page in a document of a test, over answers that the test sets by method and path; the first that fits holds. */
export class DriverPage {
  root: Root = installMiniDom("/");
  answers: [RegExp, () => unknown][] = [];
  calls: string[] = [];
  nowMs = Date.parse(appNow);
  private stores = { localStorage: memoryStore(), sessionStorage: memoryStore() };

  /** Answers from now on, before what was answered so far. */
  answer(pattern: RegExp, value: () => unknown): void {
    this.answers.unshift([pattern, value]);
  }
  open(page: ComponentChild, path = "/", user: App["user"] = { id: "u", email: "a@b.c", name: "Alex" }): void {
    useTexts(driverEn);
    // What an event changes is drawn before the next one comes, as in a browser.
    options.debounceRendering = (run) => run();
    this.root = installMiniDom(path);
    Object.assign(globalThis, this.stores, { EventSource: Silent });
    const call = async (method: string, path_: string, body?: unknown) => {
      const what = `${method} ${path_}`;
      this.calls.push(body ? `${what} ${JSON.stringify(body)}` : what);
      const value = await this.answers.find(([pattern]) => pattern.test(what))?.[1]();
      const isAnswer = typeof value === "object" && value !== null && "ok" in value;
      return (isAnswer ? value : { ok: true, value }) as Answer<never>;
    };
    const api = { call } as unknown as Api;
    const words = wordsFor("en", appEn);
    render(
      <AppContext.Provider value={{ words, api, now: () => this.nowMs, user, setUser: ignore, setLang: ignore }}>
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
  called(text: string): Promise<unknown> {
    return eventually(() => expect(this.calls.join("\n")).toContain(text));
  }
  tap(text: string): void {
    this.root.find("button", text).fire("click");
  }
  /** Where the links lead. */
  links(): unknown[] {
    return this.root.all(({ localName }) => localName === "a").map((link) => valueOf(link, "href"));
  }
}

function ignore(): void {}

/** A stream on which nothing comes. */
class Silent {
  addEventListener(): void {}
  close(): void {}
}
