import { render } from "preact";
import type { ComponentChild } from "preact";
import { LocationProvider } from "preact-iso";
import { useEffect } from "preact/hooks";
import { expect, vi } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { accountEn } from "../app/account/account-en";
import { accountTexts } from "../app/account/words";
import { adminEn } from "../app/admin/admin-en";
import { adminTexts } from "../app/admin/words";
import type { Answer, Api, Call } from "../app/api";
import { AppContext } from "../app/context";
import type { App } from "../app/context";
import { driverEn } from "../app/driver/driver-en";
import { driverTexts } from "../app/driver/words";
import { messagesEn } from "../app/messages/messages-en";
import { messageTexts } from "../app/messages/words";
import { ownerEn } from "../app/owner/owner-en";
import { ownerTexts } from "../app/owner/words";
import { appEn } from "../app/texts-en";
import { wordsFor } from "../app/words";
import { appNow } from "./app-data";
import { installMiniDom, memoryStore, valueOf } from "./mini-dom";

/** An answer that is a refusal. */
export const refused = (code: string) => ({ ok: false, error: { code, detail: "" } }) as const;

/** Somebody who is signed in. */
export const alex = { id: "u", email: "a@b.c", name: "Alex" };

/** Sets the texts of every part of the app. */
export function useEveryText(): void {
  accountTexts.use(accountEn);
  adminTexts.use(adminEn);
  driverTexts.use(driverEn);
  messageTexts.use(messagesEn);
  ownerTexts.use(ownerEn);
}

/** A page of the app in a document of a test, before a cloud of the test. */
export abstract class PageInTest {
  root = installMiniDom("/");
  nowMs = Date.parse(appNow);
  /** Streams that were opened, in order. */
  streams: TestStream[] = [];
  setUser = vi.fn<App["setUser"]>();
  setLang = vi.fn<App["setLang"]>();
  private stores = { localStorage: memoryStore(), sessionStorage: memoryStore() };

  abstract readonly call: Call;
  /** What pages call beside `call`. */
  protected api(): Api {
    return { call: this.call } as Api;
  }
  open(page: ComponentChild, path = "/", user: App["user"] = alex): void {
    useEveryText();
    this.root = installMiniDom(path);
    const { streams, setUser, setLang } = this;
    const EventSource = class extends TestStream {
      constructor(url: string) {
        super(url);
        streams.push(this);
      }
    };
    Object.assign(globalThis, this.stores, { EventSource });
    const app = { words: wordsFor("en", appEn), api: this.api(), now: () => this.nowMs, user, setUser, setLang };
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
  /** Closes the page, and waits until all that it does when it goes is done: Preact does that before any effect of what comes next. */
  leave(): Promise<void> {
    return new Promise((left) => {
      const Next = () => {
        useEffect(left, []);
        return null;
      };
      render(<Next />, this.root);
    });
  }
  says(text: string): Promise<unknown> {
    return eventually(() => expect(this.root.textContent).toContain(text));
  }
  saysNot(text: string): Promise<unknown> {
    return eventually(() => expect(this.root.textContent).not.toContain(text));
  }
  press(text: string): void {
    this.root.find("button", text).fire("click");
  }
  submit(text = ""): void {
    this.root.find("form", text).fire("submit");
  }
  /** Types into the field of an id, or chooses there. */
  type(id: string, value: string): void {
    const field = Object.assign(this.node(id), { value });
    field.fire("input", { currentTarget: field });
    field.fire("change", { currentTarget: field });
  }
  node(id: string) {
    return this.having("id", id);
  }
  /** What an element is called by `aria-label`. */
  labelled(label: string) {
    return this.having("aria-label", label);
  }
  private having(name: string, value: string) {
    const found = this.root.all((node) => valueOf(node, name) === value)[0];
    if (!found) throw new Error(`nothing has ${name} ${value} in: ${this.root.textContent}`);
    return found;
  }
  /** Where the links lead. */
  links(): unknown[] {
    return this.root.all(({ localName }) => localName === "a").map((link) => valueOf(link, "href"));
  }
}

/** A page over answers that the test sets by method and path; the first that fits holds. */
export class TestPage extends PageInTest {
  answers: [RegExp, (what: string) => unknown][] = [];
  /** Method and path of each call, with its body as JSON. */
  calls: string[] = [];

  /** Answers from now on, before what was answered so far. */
  answer(pattern: RegExp, value: (what: string) => unknown): void {
    this.answers.unshift([pattern, value]);
  }
  override readonly call: Call = async (method, path, body) => {
    const what = `${method} ${path}`;
    this.calls.push(body ? `${what} ${JSON.stringify(body)}` : what);
    const value = await this.answers.find(([pattern]) => pattern.test(what))?.[1](what);
    const isAnswer = typeof value === "object" && value !== null && "ok" in value;
    return (isAnswer ? value : { ok: true, value }) as Answer<never>;
  };
  called(text: string): Promise<unknown> {
    return eventually(() => expect(this.calls.join("\n")).toContain(text));
  }
  /** Calls of which this is the beginning. */
  callsTo(what: string): string[] {
    return this.calls.filter((each) => each.startsWith(what));
  }
}

/** A stream of the cloud on which comes what the test sends. */
export class TestStream {
  private readonly listeners = new Map<string, (event: { data?: string }) => void>();
  closed = false;
  constructor(readonly url: string) {}
  addEventListener(type: string, listener: (event: { data?: string }) => void): void {
    this.listeners.set(type, listener);
  }
  send(message: unknown): void {
    this.listeners.get("message")?.({ data: JSON.stringify(message) });
  }
  fail(): void {
    this.listeners.get("error")?.({});
  }
  close(): void {
    this.closed = true;
  }
}
