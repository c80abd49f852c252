import type { PasswordVerifier } from "../password";
import type { ChargePoint, IssuedCertificate } from "../state/state";

/** What somebody at the door shows. */
export interface Shown {
  /** The connection is encrypted. */
  secure: boolean;
  /** undefined: none. */
  password: Uint8Array | undefined;
  /** SHA-256 (hex) of the client certificate, its key proven by the handshake; null: none. */
  certificate: string | null;
}

/** What that proves. `profile` as the Security whitepaper counts: 0 nothing, 1 password, 2 password over TLS, 3 certificate over TLS. */
export interface Proof {
  profile: number;
  /** Verifier of the password that it fits, where the charge point was told to change to that. */
  adopted: string | null;
}

/** The profile that a charge point must prove. With a password that is at least 1. */
export function requiredProfile({ registration, passwordHash }: ChargePoint): number {
  return passwordHash === null ? registration.securityProfile : Math.max(1, registration.securityProfile);
}

/** The strongest proof; null: a password that fits none. */
export async function prove(
  { passwordHash, security }: ChargePoint,
  { secure, password, certificate }: Shown,
  now: number,
  verifier: PasswordVerifier,
): Promise<Proof | null> {
  const issued = security?.certificates ?? [];
  if (secure && certificate !== null && opens(issued, certificate, now)) return { profile: 3, adopted: null };
  if (password === undefined) return { profile: 0, adopted: null };
  const profile = secure ? 2 : 1;
  if (passwordHash !== null && (await verifier.verify(password, passwordHash))) return { profile, adopted: null };
  for (const next of security?.nextPasswords ?? []) {
    if (await verifier.verify(password, next)) return { profile, adopted: next };
  }
  return passwordHash === null ? { profile: 0, adopted: null } : null;
}

/** Issued for this charge point, not revoked, and not run out. That it holds already is not asked: the hub's clock may be behind. */
function opens(issued: IssuedCertificate[], fingerprint: string, now: number): boolean {
  return issued.some((each) => each.fingerprint === fingerprint && now < Date.parse(each.notAfter));
}
