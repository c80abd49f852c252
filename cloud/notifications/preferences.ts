import type { Kysely } from "kysely";
import type { Database } from "../db/schema";
import type { Channel, Kind } from "./kinds";
import { kindNames, kinds } from "./kinds";

/** What a person has set, beside which a kind's own channels count. */
async function settingsOf(tx: Kysely<Database>, userId: string): Promise<Partial<Record<Kind, Channel[]>>> {
  const row = await tx
    .selectFrom("notification_settings")
    .select("channels")
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return row?.channels ?? {};
}

/** By which channels somebody wants a kind of notification. */
export async function channelsOf(tx: Kysely<Database>, userId: string, kind: Kind): Promise<readonly Channel[]> {
  return (await settingsOf(tx, userId))[kind] ?? kinds[kind].channels;
}

/** The same for every kind. */
export async function allChannelsOf(tx: Kysely<Database>, userId: string): Promise<Record<string, Channel[]>> {
  const settings = await settingsOf(tx, userId);
  return Object.fromEntries(kindNames.map((kind) => [kind, [...(settings[kind] ?? kinds[kind].channels)]]));
}

/** Sets the channels of some kinds. Addresses that were given up are tried again: their owner may have mended them. */
export async function savePreferences(
  tx: Kysely<Database>,
  user: { id: string; email: string },
  changes: Partial<Record<Kind, Channel[]>>,
  now: number,
): Promise<void> {
  const row = {
    channels: JSON.stringify({ ...(await settingsOf(tx, user.id)), ...changes }),
    updated_at: new Date(now),
  };
  await tx
    .insertInto("notification_settings")
    .values({ user_id: user.id, ...row })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet(row))
    .execute();
  const person = await tx.selectFrom("people").select("phone").where("user_id", "=", user.id).executeTakeFirst();
  await tx
    .deleteFrom("dead_addresses")
    .where("address", "in", [user.email, person?.phone ?? ""])
    .execute();
}
