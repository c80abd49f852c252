import type { HubEvent, Registration } from "../../shared/events";

/** A charge point as its owner registers it, plain and open unless a test says otherwise. */
export function registration(cpId: string, more: Partial<Registration> = {}): Registration {
  return {
    cpId,
    name: null,
    connectors: null,
    tariffId: null,
    securityProfile: 0,
    plainFrames: true,
    maxCurrentA: null,
    vendor: null,
    model: null,
    serialNumber: null,
    ...more,
  };
}

export function registered(cpId: string, more: Partial<Registration> = {}, passwordHash?: string): HubEvent {
  const event: HubEvent = { type: "chargePoint.registered", data: registration(cpId, more) };
  return passwordHash === undefined ? event : { ...event, local: { passwordHash } };
}
