import type { Session } from "../../shared/session";
import type { Site } from "../../shared/site";
import type { ChargingPeriod } from "../../shared/tariff/schema";

/** What the cloud's API gives. The board's types come from the cloud itself. */
export type { Board, BoardMessage } from "../../cloud/app";

/** Who is signed in. */
export interface User {
  id: string;
  email: string;
  name: string;
}

/** A site of the signed-in user. */
export interface OwnedSite extends Site {
  siteId: string;
  organizationId: string;
  role: string;
  /** How its listing stands; null: its place has not been described yet. */
  listing: "draft" | "submitted" | "approved" | "refused" | "retired" | null;
}

/** A session as its owner sees it. */
export interface OwnerSession extends Omit<Session, "metering" | "requestId" | "flags" | "periods"> {
  cloudCost: Session["cost"] | null;
  flags: ("incomplete" | "suspicious_meter" | "clock" | "corrected" | "price_mismatch")[];
}

/** With the periods that its bill is made of. */
export interface SessionDetail extends OwnerSession {
  periods: ChargingPeriod[];
}

export interface PairingCode {
  code: string;
  expiresAt: string;
}
