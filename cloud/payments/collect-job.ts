import { dueByCard } from "../billing/charge";
import { defineJob } from "../jobs/job";
import { collect } from "./collect";

/** Takes the money for a bill that has just been written. */
export const collectJob = defineJob({
  ...dueByCard,
  retry: { limit: 8, delaySeconds: 10 },
  run: (deps, { chargeId }) => collect(deps, chargeId),
});
