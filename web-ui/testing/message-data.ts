import type { Message, Thread } from "../app/messages/types";
import { siteId } from "./app-data";

/** Data of a real shape for the pages of messages. */

export const thread: Thread = {
  siteId,
  siteName: "Lindenhof garage",
  threadId: "0198f3a0-0000-7000-8000-000000000d01",
  booking: "0198f3a0-0000-7000-8000-000000000200",
  side: "driver",
  driver: "Alex",
  lastAt: "2026-11-21T12:52:00.000Z",
  lastSeq: 3,
  lastText: "The barrier opens by itself. If it does not, ring at the door on the left, somebody is there until eight.",
  readSeq: 2,
  theyReadSeq: 2,
  report: null,
};
export const threads: Thread[] = [
  thread,
  {
    ...thread,
    threadId: "0198f3a0-0000-7000-8000-000000000d02",
    siteName: "Mill Lane",
    booking: null,
    lastAt: "2026-11-18T08:10:00.000Z",
    lastText: "Thank you!",
    readSeq: 3,
  },
];
const message = (seq: number, more: Partial<Message>): Message => ({
  seq,
  side: "driver",
  author: "Alex",
  mine: true,
  text: "",
  at: `2026-11-21T12:${40 + seq}:00.000Z`,
  ...more,
});
/** The newest first. */
export const messages: Message[] = [
  message(3, { side: "owner", author: "Mira", mine: false, text: thread.lastText, at: thread.lastAt }),
  message(2, { text: "I am there at six. Is the barrier open then?" }),
  message(1, { side: "owner", author: null, mine: false, text: "Bay 12 is yours. See you!" }),
];

/** What the server of the built app answers about them. */
export const messageAnswers: [RegExp, () => [status: number, body: unknown]][] = [
  [/^GET \/v1\/me\/threads$/, () => [200, { threads, nextCursor: null }]],
  [/^GET \/v1\/sites\/[^/]+\/threads$/, () => [200, { threads: [{ ...thread, side: "owner" }], nextCursor: null }]],
  [/^POST \/v1\/sites\/[^/]+\/threads$/, () => [201, thread]],
  [/^GET \/v1\/sites\/[^/]+\/threads\/[^/]+$/, () => [200, { thread, messages }]],
  [/^POST \/v1\/sites\/[^/]+\/threads\/[^/]+\/messages$/, () => [201, { seq: 4 }]],
  [/^POST \/v1\/sites\/[^/]+\/threads\/[^/]+\/(?:read|report)$/, () => [204, null]],
];
