import { billAllJob, billSiteJob } from "../billing/jobs";
import { housekeepingJob } from "../accounts/housekeeping";
import { accountMailJob } from "../accounts/mails";
import { clonedJob } from "../hubs/cloned";
import { rescheduleJob } from "../reservations/reschedule/watch";
import { holdEndingJob, remindJob } from "../notifications/bookings";
import { deliverJob } from "../notifications/deliver";
import { dispatchJob } from "../notifications/dispatch";
import { membershipsJob } from "../memberships/bill";
import { tariffsJob } from "../tariffs/job";
import { holdBookingJob, settleBookingJob } from "../payments/booking-jobs";
import { collectJob } from "../payments/collect-job";
import { forgetCustomerJob } from "../payments/forget-job";
import { dailyMoneyJob, hearJob, holdJob, sweepJob } from "../payments/jobs";
import { seriesJob } from "../reservations/recurring/job";
import { askHubsJob, waitingJob } from "../reservations/waiting/job";
import type { AnyJob } from "./job";

/** Every kind of job. A kind that is not listed has no queue, and sending it throws. */
export const jobs: AnyJob[] = [
  accountMailJob,
  housekeepingJob,
  clonedJob,
  dispatchJob,
  deliverJob,
  remindJob,
  holdEndingJob,
  waitingJob,
  askHubsJob,
  seriesJob,
  rescheduleJob,
  billSiteJob,
  billAllJob,
  collectJob,
  holdJob,
  holdBookingJob,
  settleBookingJob,
  hearJob,
  sweepJob,
  dailyMoneyJob,
  forgetCustomerJob,
  tariffsJob,
  membershipsJob,
];
