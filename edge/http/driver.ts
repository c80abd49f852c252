import { AppError } from "../../shared/error";
import type { PassBody, StartAnswer, StartBody, StopBody, UnlockBody } from "../../shared/hub-page";
import type { Named } from "../booking/bookings";
import type { Shown } from "../booking/pass";
import { isSecretOf } from "../start/secret";
import { closedOf, openOf } from "../state/sessions";
import { checkPolicy } from "../start/policy";
import { tooMany } from "./auth";
import type { HubServices } from "./context";

/** What drivers at the page may do, whichever way it comes: as JSON of the page's script, or as a plain form. */

/**
 * A start by whoever has a booking, or the site's leave. Rejects with AppError 429 `rate_limited`, and as `Bookings.admitDriver`, `checkPolicy` and
 * `Starter.startBySecret` do.
 */
export async function driverStart(services: HubServices, address: string, start: StartBody): Promise<StartAnswer> {
  const { limits, store, verifyKey, clock, starter, bookings } = services;
  const { cpId, connectorId, secret, accessKey, standby = false } = start;
  const shown = shownBy(start);
  if (!limits.page(address)) throw tooMany();
  if ((accessKey || shown) && limits.guess.blocked(address)) throw tooMany();
  const place = { cpId, connectorId };
  return countingGuesses(services, address, async () => {
    if (shown) return bookings.admitDriver(place, shown, secret);
    await checkPolicy(store.state, accessKey, { verify: verifyKey, now: clock.now() });
    return { ...place, ...(await starter.startBySecret(place, secret, standby)) };
  });
}

/** A booked driver who found no place takes his compensation. Rejects with AppError 400 `pass_needed`, and as `Bookings.compensate` does. */
export async function driverCompensation(
  services: HubServices,
  address: string,
  { cpId, connectorId, ...start }: PassBody,
): Promise<{ owed: number }> {
  const { limits, bookings } = services;
  const shown = shownBy(start);
  if (!limits.page(address) || limits.guess.blocked(address)) throw tooMany();
  if (!shown) throw new AppError("pass_needed", "Show the pass of the booking, or its reference and PIN.");
  return countingGuesses(services, address, () => bookings.compensate({ cpId, connectorId }, shown));
}

/** Wrong keys, PINs and references count, so that nobody can try them all. */
async function countingGuesses<T>({ limits }: HubServices, address: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && guesses.has(error.code)) limits.guess.failed(address);
    throw error;
  }
}

const guesses = new Set(["access_key_invalid", "pin_wrong", "pin_blocked", "pass_invalid", "unknown_booking"]);

/** The pass of a request, or the booking that it names; null: neither. */
function shownBy({ pass, pin, proof, reference }: Omit<PassBody, "cpId" | "connectorId">): Shown | Named | null {
  if (pass) return { pass, pin, proof };
  return reference && pin ? { reference, pin } : null;
}

/** The connector's lock, for whoever started there: a plug that sticks is a driver's worst moment. Rejects with AppError 403 `not_yours`, 409 `unlock_failed`, and as the gateway does. */
export async function driverUnlock(
  { limits, store, gateway }: HubServices,
  address: string,
  { cpId, connectorId, secret }: UnlockBody,
): Promise<void> {
  if (!limits.page(address)) throw tooMany();
  const { state } = store;
  const sessions = [...openOf(state, cpId), ...closedOf(state, cpId)].filter(
    ({ session }) => session.connectorId === connectorId,
  );
  const latest = sessions.toSorted((a, b) => Date.parse(b.session.startedAt) - Date.parse(a.session.startedAt))[0];
  if (!latest || !isSecretOf(latest.secretHash, secret)) {
    throw new AppError("not_yours", "Only who charged here last can unlock this connector.", { status: 403 });
  }
  const { status } = await gateway.call(cpId, "UnlockConnector", { connectorId });
  if (status !== "Unlocked") {
    throw new AppError("unlock_failed", "The charger could not unlock the plug. Ask the site's operator.", {
      status: 409,
    });
  }
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
