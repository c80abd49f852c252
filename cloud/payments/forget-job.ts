import { z } from "zod";
import { defineJob } from "../jobs/job";

/** Whose account was deleted is forgotten by the payment service too. Without keys nobody can tell it so, and nothing is tried. */
export const forgetCustomerJob = defineJob({
  name: "payments.forget",
  data: z.object({ customerId: z.string() }),
  retry: { limit: 12, delaySeconds: 600 },
  async run({ payments }, { customerId }) {
    if (payments.cards) await payments.forgetCustomer(customerId);
  },
});
