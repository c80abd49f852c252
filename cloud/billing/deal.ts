import type { Transaction } from "kysely";
import type { Agreement } from "../../shared/tariff";
import { payerOf } from "../accounts/family";
import type { Database } from "../db/schema";
import type { BilledSession } from "../memberships/included";
import { agreedOf } from "../memberships/included";
import { methodOfSession } from "./choices";
import type { Method } from "./charge-types";

/** Who pays for a session, how, and what is taken off. */
export interface Deal {
  /** null: someone who did not sign in. */
  userId: string | null;
  method: Method;
  agreements: Agreement[];
}

/** The deal of a session, as it was when it was booked or begun; included energy is what its month still has. */
export async function dealOf(tx: Transaction<Database>, session: BilledSession): Promise<Deal> {
  const agreed = await agreedOf(tx, session);
  const at = Date.parse(session.startedAt);
  const userId = agreed && (await payerOf(tx, agreed.userId, at));
  const who = agreed && userId !== null ? { driverId: agreed.userId, payerId: userId } : null;
  const method = await methodOfSession(tx, { ...session, at }, who);
  return { userId, method, agreements: agreed?.agreements ?? [] };
}

/** How a driver pays as a rule; who has chosen nothing, on account. */
export async function methodOf(tx: Transaction<Database>, userId: string | null): Promise<Method> {
  if (userId === null) return "on_site";
  const profile = await tx
    .selectFrom("payment_profiles")
    .select("method")
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return profile?.method ?? "on_account";
}
