import { createHash } from "node:crypto";
import type { PassSecrets } from "../../shared/sync";
import type { Db } from "../db/database";
import { notFound } from "../http/errors";
import type { PassKey } from "./pass-key";

/** What a hub checks passes and their PINs with, and whether it has said that it has it: before, none of its site's time is sold. */

type Known = Pick<PassKey, "publicKey">;

/** Names the key and the secret, and tells nothing of them. */
export function passSecretsId({ publicKey }: Known, pinSecret: string): string {
  return createHash("sha256").update(`${publicKey.kid}:${pinSecret}`).digest("base64url");
}

/** For the site's hub. Throws AppError `not_found` where the site has no book. */
export async function passSecretsOf(db: Db, siteId: string, passKey: Known): Promise<PassSecrets> {
  const book = await db
    .selectFrom("booking_books")
    .select("pin_secret")
    .where("site_id", "=", siteId)
    .executeTakeFirst();
  if (!book) throw notFound("book of this site");
  const pinSecret = book.pin_secret;
  return { id: passSecretsId(passKey, pinSecret), keys: [{ ...passKey.publicKey }], pinSecret };
}

/** The hub has these on its disk. What is not the present ones counts as none. */
export async function notePassSecrets(
  db: Db,
  { siteId, hubId }: { siteId: string; hubId: string },
  said: string,
  passKey: Known,
): Promise<void> {
  const { id } = await passSecretsOf(db, siteId, passKey);
  await db
    .updateTable("hubs")
    .set({ pass_secrets: said === id ? id : null })
    .where("site_id", "=", siteId)
    .where("hub_id", "=", hubId)
    .where("pass_secrets", "is distinct from", said === id ? id : null)
    .execute();
}
