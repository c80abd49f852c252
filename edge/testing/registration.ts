import type { HubEvent, Registration } from "../../shared/events";
import { plainRegistration } from "../registration";

/** A charge point as its owner registers it, plain and open unless a test says otherwise. */
export function registration(cpId: string, more: Partial<Registration> = {}): Registration {
  return { ...plainRegistration(cpId), ...more };
}

export function registered(cpId: string, more: Partial<Registration> = {}, passwordHash?: string): HubEvent {
  const event: HubEvent = { type: "chargePoint.registered", data: registration(cpId, more) };
  return passwordHash === undefined ? event : { ...event, local: { passwordHash } };
}
