import type { ChargePoint, IssuedCertificate } from "../state/state";

/** The rules for the certificates of charge points. */

/** In an hour and for one charge point; one with a habit must not fill the journal. */
export const MOST_AN_HOUR = 5;

const HOUR_MS = 3_600_000;

export function certificatesOf(chargePoint: ChargePoint | undefined): IssuedCertificate[] {
  return chargePoint?.security?.certificates ?? [];
}

/**
 * Whether a charger's own request may be looked at: it has proven who it is, and does not ask all the time. Where anybody may connect under its name, a
 * certificate would outlive that.
 */
export function mayRequest(chargePoint: ChargePoint | undefined, now: number): boolean {
  if (!chargePoint) return false;
  const proves = chargePoint.passwordHash !== null || chargePoint.registration.securityProfile > 0;
  return proves && issuedLately(chargePoint, now) < MOST_AN_HOUR;
}

/** How many it was given in the last hour. */
export function issuedLately(chargePoint: ChargePoint, now: number): number {
  return certificatesOf(chargePoint).filter(({ issuedAt }) => Date.parse(issuedAt) > now - HOUR_MS).length;
}

/** Security whitepaper section 2.4: the common name is the charger's serial number; installers also use the id. */
export function isNameOf(commonName: string, cpId: string, { registration, boot }: ChargePoint): boolean {
  const names = [cpId, registration.serialNumber, boot?.serialNumber ?? null];
  return names.some((name) => name !== null && name.trim().toLowerCase() === commonName.toLowerCase());
}
