import type { Answer, Call } from "../api";
import type {
  AdminUser,
  Listing,
  ListingState,
  LogEntry,
  OwnerPayout,
  ReportedReview,
  ReportedThread,
  WalletPayout,
} from "./types";

export interface UserChange {
  blocked?: boolean;
  isAdmin?: boolean;
  emailVerified?: true;
  reason: string;
}

/** The part of the cloud's API that admins of the platform use. */
export interface AdminApi {
  listings(
    state: ListingState,
    cursor: string | null,
  ): Promise<Answer<{ listings: Listing[]; nextCursor: string | null }>>;
  decide(siteId: string, decision: "approve" | "refuse", reason: string): Promise<Answer<unknown>>;
  reviews(): Promise<Answer<{ reviews: ReportedReview[] }>>;
  moderate(
    review: Pick<ReportedReview, "siteId" | "reviewId">,
    action: "hide" | "show",
    reason: string,
  ): Promise<Answer<unknown>>;
  /** Threads with an open report. */
  threads(cursor: string | null): Promise<Answer<{ threads: ReportedThread[]; nextCursor: string | null }>>;
  decideThread(thread: Pick<ReportedThread, "siteId" | "threadId">, decision: string): Promise<Answer<unknown>>;
  /** What waits to be paid by hand: to owners, and out of drivers' wallets. */
  payouts(): Promise<Answer<{ payouts: OwnerPayout[] }>>;
  walletPayouts(): Promise<Answer<{ payouts: WalletPayout[] }>>;
  payoutPaid(payoutId: string, reference: string): Promise<Answer<unknown>>;
  walletPaid(paymentId: string, reference: string): Promise<Answer<unknown>>;
  refuseWallet(paymentId: string, reason: string): Promise<Answer<unknown>>;
  users(q: string, cursor: string | null): Promise<Answer<{ users: AdminUser[]; nextCursor: string | null }>>;
  user(userId: string): Promise<Answer<AdminUser>>;
  changeUser(userId: string, change: UserChange): Promise<Answer<AdminUser>>;
  /** Entries older than `before`, about `subject` where it is not empty; the newest first, at most `pageOfLog`. */
  log(subject: string, before: number | null): Promise<Answer<{ entries: LogEntry[] }>>;
}

/** Entries of the audit trail in one look. */
export const pageOfLog = 50;

function query(values: Record<string, string | number | null>): URLSearchParams {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== "");
  return new URLSearchParams(given.map(([key, value]) => [key, String(value)]));
}

function user(userId: string): string {
  return `/admin/users/${encodeURIComponent(userId)}`;
}

/** The admins' API over the app's own caller. */
export function adminApi(call: Call): AdminApi {
  return {
    listings: (state, cursor) => call("GET", `/admin/listings?${query({ state, limit: 10, cursor })}`),
    decide: (siteId, decision, reason) =>
      call("POST", `/admin/listings/${encodeURIComponent(siteId)}/decision`, { decision, reason }),
    reviews: () => call("GET", "/admin/reviews"),
    moderate: ({ siteId, reviewId }, action, reason) =>
      call("POST", `/admin/sites/${siteId}/reviews/${reviewId}/moderation`, { action, reason }),
    threads: (cursor) => call("GET", `/admin/threads?${query({ limit: 25, cursor })}`),
    decideThread: ({ siteId, threadId }, decision) =>
      call("POST", `/admin/sites/${siteId}/threads/${threadId}/decision`, { decision }),
    payouts: () => call("GET", "/admin/payouts"),
    walletPayouts: () => call("GET", "/admin/wallet-payouts"),
    payoutPaid: (payoutId, reference) =>
      call("POST", `/admin/payouts/${encodeURIComponent(payoutId)}/paid`, { reference }),
    walletPaid: (paymentId, reference) =>
      call("POST", `/admin/wallet-payouts/${encodeURIComponent(paymentId)}/paid`, { reference }),
    refuseWallet: (paymentId, reason) =>
      call("POST", `/admin/wallet-payouts/${encodeURIComponent(paymentId)}/refuse`, { reason }),
    users: (q, cursor) => call("GET", `/admin/users?${query({ limit: 25, q, cursor })}`),
    user: (userId) => call("GET", user(userId)),
    changeUser: (userId, change) => call("PATCH", user(userId), change),
    log: (subject, before) => call("GET", `/admin/audit?${query({ limit: pageOfLog, subject, before })}`),
  };
}
