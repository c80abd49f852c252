import { z } from "zod";
import { forEach } from "../jobs/each";
import { defineJob } from "../jobs/job";
import { takeCard } from "./cards";
import { hearDispute } from "./dispute";
import { holdForSession } from "./holds";
import { payOwners } from "./payouts";
import { remind } from "./remind";
import { hearAccount, hearPayment, hearRefund, sweep } from "./sweep";

/** Sets money aside for a session that has begun. */
export const holdJob = defineJob({
  name: "payments.hold",
  data: z.object({ siteId: z.uuid(), sessionId: z.uuid() }),
  retry: { limit: 3, delaySeconds: 5 },
  run: (deps, { siteId, sessionId }) => holdForSession(deps, siteId, sessionId),
});

/** The payment service has said that something happened: it is asked how things stand now, so that late, early and repeated events are all the same. */
export const hearJob = defineJob({
  name: "payments.hear",
  data: z.union([
    z.object({ paymentId: z.uuid().nullable(), reference: z.string() }),
    z.object({ checkoutId: z.string() }),
    z.object({ accountId: z.string() }),
    z.object({ failedRefund: z.string() }),
    z.object({ disputeId: z.string() }),
  ]),
  retry: { limit: 8, delaySeconds: 10 },
  async run(deps, data) {
    if ("accountId" in data) await hearAccount(deps, data.accountId);
    else if ("checkoutId" in data) await takeCard(deps, data.checkoutId, null);
    else if ("failedRefund" in data) await hearRefund(deps, data.failedRefund);
    else if ("disputeId" in data) await hearDispute(deps, data.disputeId);
    else await hearPayment(deps, data.paymentId, data.reference);
  },
});

/** What a crash or a lost event has left open. */
export const sweepJob = defineJob({
  name: "payments.sweep",
  data: z.object({}),
  retry: { limit: 0, delaySeconds: 60 },
  everySeconds: 900,
  run: (deps) => sweep(deps),
});

/** Once a day: who owes for long, and which owners are to be paid for the month that is over. */
export const dailyMoneyJob = defineJob({
  name: "payments.daily",
  data: z.object({}),
  retry: { limit: 5, delaySeconds: 600 },
  everySeconds: 86_400,
  async run(deps) {
    await forEach([remind, payOwners], (half) => half(deps));
  },
});
