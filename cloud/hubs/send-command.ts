import type { Transaction } from "kysely";
import { AppError } from "../../shared/error";
import type { Database, CommandTable } from "../db/schema";
import { appendFeed } from "./append-feed";

interface NewCommand {
  siteId: string;
  commandId: string;
  command: CommandTable["command"]["__select__"];
  createdBy: string;
  /** Whom a start is for; null: nobody who is known. */
  driverId: string | null;
  /** ISO 8601. */
  expiresAt: string;
  /** Epoch ms. */
  now: number;
}

/** Puts a command into the feed of the site's hub, in the caller's transaction. Gives the hub to wake. Throws AppError 409 `no_hub`. */
export async function sendCommand(trx: Transaction<Database>, order: NewCommand): Promise<string> {
  const { siteId, commandId, command, createdBy, driverId, expiresAt, now } = order;
  const data = { commandId, expiresAt, command };
  const hubId = await appendFeed(trx, siteId, [{ type: "command", data }], now);
  if (!hubId) throw new AppError("no_hub", "No hub is paired with this site.", { status: 409 });
  await trx
    .insertInto("commands")
    .values({
      site_id: siteId,
      id: commandId,
      hub_id: hubId,
      command: JSON.stringify(command),
      created_by: createdBy,
      driver_id: driverId,
      created_at: new Date(now),
      expires_at: expiresAt,
    })
    .execute();
  return hubId;
}
