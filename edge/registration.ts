import type { Registration } from "../shared/events";

/** A charge point of which nothing is known but its id: plain frames, no password, security profile 0. */
export function plainRegistration(cpId: string): Registration {
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
  };
}
