import { z } from "zod";
import { defineJob } from "../jobs/job";

/** Follows each entry of an inbox: wakes the open pages of its reader. */
export const dispatchJob = defineJob({
  name: "notifications.dispatch",
  data: z.object({ notificationId: z.uuid() }),
  retry: { limit: 5, delaySeconds: 5 },
  async run({ db, wake }, { notificationId }) {
    const row = await db
      .selectFrom("notifications")
      .select("user_id")
      .where("id", "=", notificationId)
      .executeTakeFirst();
    if (row) wake.tell(`user:${row.user_id}`);
  },
});
