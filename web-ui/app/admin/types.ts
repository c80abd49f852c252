import type { Given } from "../owner/types";

/** What the cloud's API gives admins; the types come from the cloud itself. */
export type { AdminUser, Listing, LogEntry, ReportedReview } from "../../../cloud/app";

type ByHand<P extends "/v1/admin/payouts" | "/v1/admin/wallet-payouts"> = Given<P, "get">["payouts"][number];
export type OwnerPayout = ByHand<"/v1/admin/payouts">;
export type WalletPayout = ByHand<"/v1/admin/wallet-payouts">;

export type ReportedThread = Given<"/v1/admin/threads", "get">["threads"][number];

export type ListingState = "submitted" | "approved" | "refused" | "retired" | "draft";
