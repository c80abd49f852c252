import type { Answer, Call } from "../api";
import type { Message, Thread, ThreadPage } from "./types";

const id = encodeURIComponent;

/** The part of the cloud's API for messages between drivers and owners. */
export function messageApi(call: Call) {
  const thread = (siteId: string, threadId: string) => `/sites/${id(siteId)}/threads/${id(threadId)}`;
  const page = (cursor: string | null) => `limit=25${cursor === null ? "" : `&cursor=${id(cursor)}`}`;
  return {
    mine: (cursor: string | null): Promise<Answer<ThreadPage>> => call("GET", `/me/threads?${page(cursor)}`),
    /** Those that drivers have with a site; for its owners. */
    ofSite: (siteId: string, cursor: string | null): Promise<Answer<ThreadPage>> =>
      call("GET", `/sites/${id(siteId)}/threads?${page(cursor)}`),
    /** Mine about a booking, if there is one. */
    about: (booking: string): Promise<Answer<ThreadPage>> => call("GET", `/me/threads?limit=1&booking=${id(booking)}`),
    /** Goes on with the thread where there is one. */
    begin: (siteId: string, booking: string | undefined, text: string): Promise<Answer<Thread>> =>
      call("POST", `/sites/${id(siteId)}/threads`, { ...(booking ? { booking } : {}), text }),
    /** The newest messages first, those before a number. */
    read: (
      siteId: string,
      threadId: string,
      before?: number,
    ): Promise<Answer<{ thread: Thread; messages: Message[] }>> =>
      call("GET", `${thread(siteId, threadId)}?limit=25${before === undefined ? "" : `&before=${before}`}`),
    write: (siteId: string, threadId: string, text: string): Promise<Answer<{ seq: number }>> =>
      call("POST", `${thread(siteId, threadId)}/messages`, { text }),
    mark: (siteId: string, threadId: string, seq: number): Promise<Answer<null>> =>
      call("POST", `${thread(siteId, threadId)}/read`, { seq }),
    report: (siteId: string, threadId: string, reason: string): Promise<Answer<null>> =>
      call("POST", `${thread(siteId, threadId)}/report`, { reason }),
  };
}
export type MessageApi = ReturnType<typeof messageApi>;
