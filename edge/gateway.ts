import type { CallAction, CallRequest, CallResponse } from "./ocpp/calls";

export interface CallOptions {
  /** From the call to the answer, waiting behind other calls included; 30,000 by default. */
  timeoutMs?: number;
  /** The hub's own housekeeping: waits behind what people ask for. */
  background?: boolean;
}

/**
 * Calls to chargers. One is outstanding per charge point, others queue; one that timed out while it queued is never sent. Rejects with AppError
 * - `unknown_action` 400 and `invalid_payload` 400: nothing was sent,
 * - `charge_point_offline` 409: no connection, or it broke before the answer,
 * - `call_timeout` 504,
 * - `call_error` 502 with details `{ code, description }` as the charger gave them,
 * - `invalid_response` 502: an answer that cannot be understood.
 */
export interface Gateway {
  call<A extends CallAction>(
    cpId: string,
    action: A,
    payload: CallRequest<A>,
    options?: CallOptions,
  ): Promise<CallResponse<A>>;
  /** The same for an action and payload that a person wrote. */
  callUnchecked(cpId: string, action: string, payload: unknown, options?: CallOptions): Promise<unknown>;
  /** Whether there is a connection now; see liveness for what is shown as online. */
  isConnected(cpId: string): boolean;
  /** Closes its connection, if any. */
  disconnect(cpId: string, why: string): void;
}
