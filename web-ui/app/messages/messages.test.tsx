import { afterEach, beforeEach, expect, it } from "vitest";
import { placeholders } from "../../common/translate";
import { eventually } from "../../../shared/testing/eventually";
import { appNow, siteId } from "../../testing/app-data";
import { place } from "../../testing/driver-data";
import { messages, thread, threads } from "../../testing/message-data";
import { TestPage, refused } from "../../testing/test-page";
import { messagesDe } from "./messages-de";
import { messagesEn } from "./messages-en";
import { messageApi } from "./api";
import ThreadPage from "./pages/thread";
import ThreadsPage from "./pages/threads";
import WritePage from "./pages/write";
import { ThreadList } from "./parts/thread-list";
import type { Thread } from "./types";
import { messageTexts } from "./words";

let page: TestPage;
let current: Thread;

beforeEach(() => {
  page = new TestPage();
  current = thread;
  page.answers = [
    [/^GET \/me\/threads/, () => ({ threads, nextCursor: null })],
    [/^GET \/places/, () => place],
    [/before=/, () => ({ thread: current, messages: [{ ...messages[2]!, text: "Long ago" }] })],
    [/^GET .*threads\//, () => ({ thread: current, messages: messages.slice(0, 2) })],
    [/^GET .*threads/, () => ({ threads: [{ ...thread, side: "owner" }], nextCursor: null })],
    [/threads$/, () => thread],
    [/messages$/, () => ({ seq: 4 })],
  ];
});
afterEach(() => page.close());

it("has every text in both languages, with the same placeholders", async () => {
  for (const key of Object.keys(messagesEn) as (keyof typeof messagesEn)[]) {
    expect(placeholders(messagesDe[key])).toEqual(placeholders(messagesEn[key]));
  }
  await messageTexts.load("de");
  expect(messageTexts.t()("send")).toBe("Senden");
});

it("lists threads of a driver by place, those of a site by driver", async () => {
  page.open(<ThreadsPage />);
  await page.says("Mill Lane");
  expect(page.root.textContent).toContain("About a booking");
  expect(page.root.textContent.match(/New/g)).toHaveLength(1);
  page.close();
  page.open(
    <ThreadList load={(cursor) => messageApi(page.call).ofSite(siteId, cursor)} empty={messagesEn.emptySite} />,
  );
  await page.says("Alex");
  page.close();
  page.answers.unshift([/threads/, () => refused("not_found")]);
  page.open(<ThreadsPage />);
  await page.says("belongs to someone else");
});

it("shows a thread, marks it as read, loads what came before, and sends; what could not be sent stays", async () => {
  page.open(<ThreadPage siteId={siteId} id={thread.threadId} />);
  await page.says("Mira, for the place");
  await page.says("Is the barrier open then?");
  expect(page.root.textContent).toContain(messagesEn.seen);
  await page.called(`/read {"seq":3}`);
  page.press("Show earlier");
  await page.says("Long ago");
  await page.says("Somebody who has left");
  page.answers.unshift([/^POST .*messages$/, () => refused("network")]);
  page.type("message", "  Thanks ");
  page.submit();
  await page.says("cannot be reached");
  page.answers.shift();
  page.submit();
  await eventually(() => expect(page.calls.filter((each) => each.includes(`{"text":"Thanks"}`))).toHaveLength(2));
  await page.saysNot("cannot be reached");
  page.submit();
  expect(page.calls.filter((each) => each.includes("/messages {"))).toHaveLength(2);
});

it("shows all that has come between two looks, also where that is more than one page", async () => {
  const all = Array.from({ length: 60 }, (_, index) => ({ ...messages[0]!, seq: index + 1, text: `No. ${index + 1}` }));
  let there = 3;
  page.answers.unshift([
    /^GET .*threads\//,
    (what) => {
      const before = Number(/before=(\d+)/.exec(what)?.[1] ?? there + 1);
      return { thread, messages: all.slice(Math.max(0, before - 26), before - 1).toReversed() };
    },
  ]);
  page.open(<ThreadPage siteId={siteId} id={thread.threadId} />);
  await page.says("No. 3");
  there = 60;
  page.type("message", "Hello");
  page.submit();
  await page.says("No. 60");
  for (let seq = 1; seq <= 60; seq++) expect(page.root.textContent).toContain(`No. ${seq}`);
});

it("calls an admin to a thread; an admin sees why, and who is who", async () => {
  page.open(<ThreadPage siteId={siteId} id={thread.threadId} />);
  await page.says("Ask an admin");
  page.press("Ask an admin");
  await page.says("What is wrong?");
  current = { ...thread, report: { by: "driver", reason: "Rude", at: appNow } };
  page.type("report-reason", "Rude");
  page.submit("What is wrong?");
  await page.called(`/report {"reason":"Rude"}`);
  await page.says("Reported: Rude");
  page.close();
  current = { ...current, side: "admin", booking: null };
  page.open(<ThreadPage siteId={siteId} id={thread.threadId} />);
  await page.says("To the reports");
  current = { ...current, report: null };
  page.close();
  page.open(<ThreadPage siteId={siteId} id={thread.threadId} />);
  await page.says("About the place");
  expect(page.root.textContent).not.toContain("Ask an admin");
});

it("begins to write to a place, or goes on with what there is about a booking", async () => {
  page.open(<WritePage siteId={siteId} />, `/messages/${siteId}`);
  await page.says(`Write to ${place.name}`);
  page.type("message", "Hello");
  page.submit();
  await page.called(`POST /sites/${siteId}/threads {"text":"Hello"}`);
  await eventually(() => expect(location.pathname).toBe(`/messages/${siteId}/${thread.threadId}`));
  page.close();
  page.open(<WritePage siteId={siteId} />, `/messages/${siteId}?booking=b1`);
  await page.called("booking=b1");
  await eventually(() => expect(location.pathname).toBe(`/messages/${siteId}/${thread.threadId}`));
  page.close();
  page.answers.unshift(
    [/^GET \/me\/threads/, () => ({ threads: [], nextCursor: null })],
    [/^POST/, () => refused("blocked")],
  );
  page.open(<WritePage siteId={siteId} />, `/messages/${siteId}?booking=b1`);
  await page.says("About this booking");
  page.type("message", "Hello");
  page.submit();
  await page.called(`{"booking":"b1","text":"Hello"}`);
  await page.says("This account is blocked");
  expect(location.pathname).toBe(`/messages/${siteId}`);
});
