import { options, render } from "preact";
import type { ComponentChild } from "preact";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { placeholders } from "../../common/translate";
import { eventually } from "../../../shared/testing/eventually";
import { appNow, siteId } from "../../testing/app-data";
import { place } from "../../testing/driver-data";
import { messages, thread, threads } from "../../testing/message-data";
import { installMiniDom, valueOf } from "../../testing/mini-dom";
import type { Answer, Api } from "../api";
import { AppContext } from "../context";
import { appEn } from "../texts-en";
import { wordsFor } from "../words";
import { messagesDe } from "./messages-de";
import { messagesEn } from "./messages-en";
import { messageApi } from "./api";
import ThreadPage from "./pages/thread";
import ThreadsPage from "./pages/threads";
import WritePage from "./pages/write";
import { ThreadList } from "./parts/thread-list";
import type { Thread } from "./types";
import { messageTexts } from "./words";

let root: ReturnType<typeof installMiniDom>;
let calls: string[];
let current: Thread;
let answers: [RegExp, (what: string) => unknown][];
const refused = (code: string) => ({ ok: false, error: { code, detail: "" } });

const call = async (method: string, path: string, body?: unknown) => {
  const what = `${method} ${path}`;
  calls.push(body ? `${what} ${JSON.stringify(body)}` : what);
  const value = answers.find(([pattern]) => pattern.test(what))?.[1](what);
  const isAnswer = typeof value === "object" && value !== null && "ok" in value;
  return (isAnswer ? value : { ok: true, value }) as Answer<never>;
};
const api = { call } as unknown as Api;

beforeEach(() => {
  messageTexts.use(messagesEn);
  // What is typed is drawn before the form is sent, as in a browser.
  options.debounceRendering = (run) => run();
  root = installMiniDom("/");
  calls = [];
  current = thread;
  answers = [
    [/^GET \/me\/threads/, () => ({ threads, nextCursor: null })],
    [/^GET \/places/, () => place],
    [/before=/, () => ({ thread: current, messages: [{ ...messages[2]!, text: "Long ago" }] })],
    [/^GET .*threads\//, () => ({ thread: current, messages: messages.slice(0, 2) })],
    [/^GET .*threads/, () => ({ threads: [{ ...thread, side: "owner" }], nextCursor: null })],
    [/threads$/, () => thread],
    [/messages$/, () => ({ seq: 4 })],
  ];
});
afterEach(() => render(null, root));

function open(page: ComponentChild, path = "/messages"): void {
  root = installMiniDom(path);
  const app = {
    ...{
      words: wordsFor("en", appEn),
      api,
      now: () => Date.parse(appNow),
      user: { id: "u", email: "a@b.c", name: "A" },
    },
    ...{ setUser: vi.fn(), setLang: vi.fn() },
  };
  render(
    <AppContext.Provider value={app}>
      <LocationProvider>{page}</LocationProvider>
    </AppContext.Provider>,
    root,
  );
}
const says = (text: string) => eventually(() => expect(root.textContent).toContain(text));
const called = (text: string) => eventually(() => expect(calls.join("\n")).toContain(text));
const type = (id: string, value: string) => {
  const field = root.all((node) => valueOf(node, "id") === id)[0]!;
  field.fire("input", { currentTarget: Object.assign(field, { value }) });
};

it("has every text in both languages, with the same placeholders", async () => {
  for (const key of Object.keys(messagesEn) as (keyof typeof messagesEn)[]) {
    expect(placeholders(messagesDe[key])).toEqual(placeholders(messagesEn[key]));
  }
  await messageTexts.load("de");
  expect(messageTexts.t()("send")).toBe("Senden");
});

it("lists threads of a driver by place, those of a site by driver", async () => {
  open(<ThreadsPage />);
  await says("Mill Lane");
  expect(root.textContent).toContain("About a booking");
  expect(root.textContent.match(/New/g)).toHaveLength(1);
  render(null, root);
  open(<ThreadList load={(cursor) => messageApi(api.call).ofSite(siteId, cursor)} empty={messagesEn.emptySite} />);
  await says("Alex");
  render(null, root);
  answers.unshift([/threads/, () => refused("not_found")]);
  open(<ThreadsPage />);
  await says("belongs to someone else");
});

it("shows a thread, marks it as read, loads what came before, and sends; what could not be sent stays", async () => {
  open(<ThreadPage siteId={siteId} id={thread.threadId} />);
  await says("Mira, for the place");
  await says("Is the barrier open then?");
  expect(root.textContent).toContain(messagesEn.seen);
  await called(`/read {"seq":3}`);
  root.find("button", "Show earlier").fire("click");
  await says("Long ago");
  await says("Somebody who has left");
  answers.unshift([/^POST .*messages$/, () => refused("network")]);
  type("message", "  Thanks ");
  root.find("form").fire("submit");
  await says("cannot be reached");
  answers.shift();
  root.find("form").fire("submit");
  await eventually(() => expect(calls.filter((each) => each.includes(`{"text":"Thanks"}`))).toHaveLength(2));
  await eventually(() => expect(root.textContent).not.toContain("cannot be reached"));
  root.find("form").fire("submit");
  expect(calls.filter((each) => each.includes("/messages {"))).toHaveLength(2);
});

it("shows all that has come between two looks, also where that is more than one page", async () => {
  const all = Array.from({ length: 60 }, (_, index) => ({ ...messages[0]!, seq: index + 1, text: `No. ${index + 1}` }));
  let there = 3;
  answers.unshift([
    /^GET .*threads\//,
    (what) => {
      const before = Number(/before=(\d+)/.exec(what)?.[1] ?? there + 1);
      return { thread, messages: all.slice(Math.max(0, before - 26), before - 1).toReversed() };
    },
  ]);
  open(<ThreadPage siteId={siteId} id={thread.threadId} />);
  await says("No. 3");
  there = 60;
  type("message", "Hello");
  root.find("form").fire("submit");
  await says("No. 60");
  for (let seq = 1; seq <= 60; seq++) expect(root.textContent).toContain(`No. ${seq}`);
});

it("calls an admin to a thread; an admin sees why, and who is who", async () => {
  open(<ThreadPage siteId={siteId} id={thread.threadId} />);
  await says("Ask an admin");
  root.find("button", "Ask an admin").fire("click");
  await says("What is wrong?");
  current = { ...thread, report: { by: "driver", reason: "Rude", at: appNow } };
  type("report-reason", "Rude");
  root.find("form", "What is wrong?").fire("submit");
  await called(`/report {"reason":"Rude"}`);
  await says("Reported: Rude");
  render(null, root);
  current = { ...current, side: "admin", booking: null };
  open(<ThreadPage siteId={siteId} id={thread.threadId} />);
  await says("To the reports");
  current = { ...current, report: null };
  render(null, root);
  open(<ThreadPage siteId={siteId} id={thread.threadId} />);
  await says("About the place");
  expect(root.textContent).not.toContain("Ask an admin");
});

it("begins to write to a place, or goes on with what there is about a booking", async () => {
  open(<WritePage siteId={siteId} />, `/messages/${siteId}`);
  await says(`Write to ${place.name}`);
  type("message", "Hello");
  root.find("form").fire("submit");
  await called(`POST /sites/${siteId}/threads {"text":"Hello"}`);
  await eventually(() => expect(location.pathname).toBe(`/messages/${siteId}/${thread.threadId}`));
  render(null, root);
  open(<WritePage siteId={siteId} />, `/messages/${siteId}?booking=b1`);
  await called("booking=b1");
  await eventually(() => expect(location.pathname).toBe(`/messages/${siteId}/${thread.threadId}`));
  render(null, root);
  answers.unshift(
    [/^GET \/me\/threads/, () => ({ threads: [], nextCursor: null })],
    [/^POST/, () => refused("blocked")],
  );
  open(<WritePage siteId={siteId} />, `/messages/${siteId}?booking=b1`);
  await says("About this booking");
  type("message", "Hello");
  root.find("form").fire("submit");
  await called(`{"booking":"b1","text":"Hello"}`);
  await says("This account is blocked");
  expect(location.pathname).toBe(`/messages/${siteId}`);
});
