import { AppError } from "../../shared/error";
import type { Clock } from "../clock";
import type { ErrorCode } from "../frame";
import type { Log } from "../log";
import type { HubStore } from "../state/domain";
import type { HubState } from "../state/state";
import { isAsRegistered } from "./boot-notification";
import { isCallAction } from "./calls";
import type { FollowUp, OcppSettings } from "./route";
import { routeOf } from "./routes";
import { violationOf } from "./violation";

export interface HandleDeps {
  store: HubStore;
  clock: Clock;
  log: Log;
  settings: OcppSettings;
  /** A new UUIDv7 at each call. */
  newId: () => string;
  /** A random positive int32 at each call. */
  randomId: () => number;
}

/** How a call of a charger is answered, once what it tells is on disk. */
export type Outcome =
  { ok: true; reply: unknown; after: FollowUp[] } | { ok: false; code: ErrorCode; description: string };

const noAnswer = new Set(["store_unavailable", "store_full"]);

/**
 * Handles one call of a charger: request validated, decided and written in one commit, response validated too. A failure of a handler is
 * answered with InternalError and changes nothing. Rejects only when the disk refuses or is full (AppError `store_unavailable`, `store_full`): then no answer is right, since a
 * charger drops what it got an error for.
 */
export async function handleCall(deps: HandleDeps, cpId: string, action: string, payload: unknown): Promise<Outcome> {
  const route = routeOf(action);
  if (!route) {
    const description = `${action} is not something that this hub handles`;
    // A call of the other direction is known by name.
    return { ok: false, code: isCallAction(action) ? "NotSupported" : "NotImplemented", description };
  }
  const request = route.request.safeParse(payload);
  if (!request.success) return { ok: false, ...violationOf(request.error, payload) };
  const { clock, settings, newId, randomId } = deps;
  try {
    return await deps.store.commit<Outcome>((state) => {
      const refusal = refusalOf(state, cpId, action);
      if (refusal) return { reply: { ok: false, code: "SecurityError", description: refusal }, events: [] };
      const context = { cpId, state, now: clock.now(), settings, newId, randomId };
      const { reply, events, after = [] } = route.handle(request.data, context);
      const response = route.response.safeParse(reply);
      if (!response.success) throw new Error(`the answer to ${action} is wrong: ${response.error.message}`);
      return { reply: { ok: true, reply, after }, events };
    });
  } catch (error) {
    if (error instanceof AppError && noAnswer.has(error.code)) throw error;
    deps.log.error({ err: error, cpId, action }, "a handler failed");
    return { ok: false, code: "InternalError", description: "the hub could not process this" };
  }
}

/** Why nothing of this charge point is processed, or null. A charger that has not booted yet is fine unless it must prove what it is. */
function refusalOf(state: Readonly<HubState>, cpId: string, action: string): string | null {
  const chargePoint = Object.hasOwn(state.chargePoints, cpId) ? state.chargePoints[cpId] : undefined;
  if (!chargePoint) return "this charge point is no longer registered";
  if (action === "BootNotification") return null;
  const { registration, boot } = chargePoint;
  if (boot) return isAsRegistered(registration, boot) ? null : "vendor, model or serial number is not as registered";
  const { vendor, model, serialNumber } = registration;
  return vendor === null && model === null && serialNumber === null ? null : "a BootNotification must come first";
}
