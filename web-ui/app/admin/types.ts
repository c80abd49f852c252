/** What the cloud's API gives admins; the types come from the cloud itself. */
export type { AdminUser, Listing, LogEntry, ReportedReview } from "../../../cloud/app";

export type ListingState = "submitted" | "approved" | "refused" | "retired" | "draft";
