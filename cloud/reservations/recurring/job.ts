import { z } from "zod";
import { forEach } from "../../jobs/each";
import { defineJob } from "../../jobs/job";
import { sellAhead } from "./series";

/** Sells the dates of weekly bookings that the horizon has come to. */
export const seriesJob = defineJob({
  name: "reservations.series",
  data: z.object({}),
  retry: { limit: 3, delaySeconds: 60 },
  everySeconds: 900,
  async run(deps) {
    const open = await deps.db.selectFrom("booking_series").selectAll().where("ended", "=", false).execute();
    await forEach(open, (series) => sellAhead(deps, series, true));
  },
});
