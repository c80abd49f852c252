/** What the cloud's API gives of messages. Instants ISO 8601 UTC. */

export type Side = "driver" | "owner" | "admin";

/** A thread as its reader sees it: with a site, about a booking or (null) the site itself. */
export interface Thread {
  siteId: string;
  siteName: string;
  threadId: string;
  booking: string | null;
  /** On which the reader is. */
  side: Side;
  /** First name of the driver. */
  driver: string;
  lastAt: string;
  lastSeq: number;
  lastText: string;
  readSeq: number;
  theyReadSeq: number;
  report: { by: "driver" | "owner"; reason: string; at: string } | null;
}

export interface Message {
  seq: number;
  side: Side;
  /** null: somebody who has left. */
  author: string | null;
  mine: boolean;
  text: string;
  at: string;
}

export interface ThreadPage {
  threads: Thread[];
  nextCursor: string | null;
}
