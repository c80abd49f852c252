import { z } from "zod";
import { defineJob } from "../jobs/job";
import { promoteVersions } from "./versions";

/** Versions of tariffs take effect. */
export const tariffsJob = defineJob({
  name: "tariffs.versions",
  data: z.object({}),
  retry: { limit: 3, delaySeconds: 30 },
  everySeconds: 60,
  run: async ({ db, now }) => {
    await promoteVersions(db, now());
  },
});
