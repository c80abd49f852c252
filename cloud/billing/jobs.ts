import { z } from "zod";
import type { Deps } from "../deps";
import { defineJob } from "../jobs/job";
import { billPostings } from "./bill-postings";
import { billSessions } from "./bill-sessions";
import type { BillingTerms } from "./charge";

/** What bills are made by at this moment. */
export function termsOf({ now, platformFee }: Pick<Deps, "now" | "platformFee">): BillingTerms {
  return { now: now(), feeBasisPoints: platformFee };
}

/** Bills the sessions of a site that has just told of their end. */
export const billSiteJob = defineJob({
  name: "billing.site",
  data: z.object({ siteId: z.uuid() }),
  retry: { limit: 5, delaySeconds: 5 },
  async run(deps, { siteId }) {
    await billSessions(deps.db, termsOf(deps), siteId);
  },
});

/** Bills what reservations cost, and sessions that are left from a failure. */
export const billAllJob = defineJob({
  name: "billing.all",
  data: z.object({}),
  retry: { limit: 0, delaySeconds: 60 },
  everySeconds: 60,
  async run(deps) {
    const terms = termsOf(deps);
    await Promise.all([billSessions(deps.db, terms), billPostings(deps.db, terms)]);
  },
});
