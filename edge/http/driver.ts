import { AppError } from "../../shared/error";
import type { StartBody, StopBody } from "../../shared/hub-page";
import { checkPolicy } from "../start-policy";
import { tooMany } from "./auth";
import type { HubServices } from "./context";

/** What drivers at the page may do, whichever way it comes: as JSON of the page's script, or as a plain form. */

/** A start by whoever has the site's leave. Rejects with AppError 429 `rate_limited`, and as `checkPolicy` and `Starter.startBySecret` do. */
export async function driverStart(
  services: HubServices,
  address: string,
  { cpId, connectorId, secret, accessKey }: StartBody,
): Promise<{ requestId: string }> {
  const { limits, store, verifyKey, clock } = services;
  if (!limits.page(address)) throw tooMany();
  if (accessKey && limits.guess.blocked(address)) throw tooMany();
  try {
    await checkPolicy(store.state, accessKey, { verify: verifyKey, now: clock.now() });
  } catch (error) {
    if (error instanceof AppError && error.code === "access_key_invalid") limits.guess.failed(address);
    throw error;
  }
  return services.starter.startBySecret({ cpId, connectorId }, secret);
}

/** A stop by the one who started. Rejects with AppError 429 `rate_limited`, and as `Stopper.stopBySecret` does. */
export async function driverStop(
  { limits, stopper }: HubServices,
  address: string,
  { sessionId, secret }: StopBody,
): Promise<void> {
  if (!limits.page(address)) throw tooMany();
  await stopper.stopBySecret(sessionId, secret);
}
