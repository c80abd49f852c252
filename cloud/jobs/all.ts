import { billAllJob, billSiteJob } from "../billing/jobs";
import { dispatchJob } from "../notifications/dispatch";
import { membershipsJob } from "../memberships/bill";
import { tariffsJob } from "../tariffs/job";
import type { AnyJob } from "./job";

/** Every kind of job. A kind that is not listed has no queue, and sending it throws. */
export const jobs: AnyJob[] = [dispatchJob, billSiteJob, billAllJob, tariffsJob, membershipsJob];
