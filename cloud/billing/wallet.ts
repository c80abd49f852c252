import type { Transaction } from "kysely";
import { sql } from "kysely";
import type { Database } from "../db/schema";

/** One change at a time of what a driver has and owes, until the transaction ends. Taken after the organisation's counter, where both are. */
export async function lockWallet(tx: Transaction<Database>, userId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`wallet ${userId}`}, 0))`.execute(tx);
}
