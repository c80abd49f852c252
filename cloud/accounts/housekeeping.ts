import { sql } from "kysely";
import { z } from "zod";
import { forgetExpired } from "../http/rate-limit";
import { defineJob } from "../jobs/job";

const DAY_MS = 86_400_000;
/** Notifications are kept for so long. */
const INBOX_MS = 365 * DAY_MS;
/** What went out to an address that does not exist is tried again after so long. */
const DEAD_MS = 365 * DAY_MS;

/** Removes what is over and no longer good for anything: codes, invitations, sign-ins, limits, old notifications. */
export const housekeepingJob = defineJob({
  name: "accounts.housekeeping",
  data: z.object({}),
  retry: { limit: 2, delaySeconds: 600 },
  everySeconds: 3600,
  async run({ db, now }) {
    const at = new Date(now());
    await forgetExpired(db, now());
    await db.deleteFrom("invitations").where("expires_at", "<=", at).execute();
    await db.deleteFrom("phone_codes").where("expires_at", "<=", at).execute();
    await db.deleteFrom("auth.session").where("expiresAt", "<=", at).execute();
    await sql`delete from auth.verification where "expiresAt" <= ${at}`.execute(db);
    await db
      .deleteFrom("notifications")
      .where("created_at", "<", new Date(now() - INBOX_MS))
      .execute();
    await db
      .deleteFrom("dead_addresses")
      .where("since", "<", new Date(now() - DEAD_MS))
      .execute();
  },
});
