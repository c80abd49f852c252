import type { HubEvent, HubEventType, Registration } from "../../shared/events";
import type { ChargePoint, HubState, SecurityState } from "../state/state";
import type { Stored } from "../store/types";

/** What a charge point's passwords, profile and certificates are after an event. */

type Of<T extends HubEventType> = Extract<Stored<HubEvent>, { type: T }>;
type SecurityEventType = Extract<
  HubEventType,
  | "chargePoint.passwordChanging"
  | "chargePoint.profileChanging"
  | "chargePoint.certificateIssued"
  | "chargePoint.certificateRevoked"
  | "chargePoint.securityEvent"
>;

/** A charger that answers none of them may hold any: more than these it was not told since it last came. */
const MOST_PASSWORDS = 3;
/** The latest open; a charger has one or two in use. */
const MOST_CERTIFICATES = 8;

export const securityFolds: { [T in SecurityEventType]: (state: HubState, event: Of<T>) => void } = {
  "chargePoint.passwordChanging": (state, { data, local }) =>
    change(state, data.cpId, (security, chargePoint) => {
      const hash = String(local?.passwordHash);
      const others = security.nextPasswords.filter((each) => each !== hash);
      if (data.step === "adopted") chargePoint.passwordHash = hash;
      if (data.step === "adopted") security.nextPasswords = [];
      else security.nextPasswords = data.step === "offered" ? [...others, hash].slice(-MOST_PASSWORDS) : others;
    }),
  "chargePoint.profileChanging": (state, { data }) =>
    change(state, data.cpId, (security, chargePoint) => {
      const { step, securityProfile } = data;
      security.nextProfile = step === "offered" ? securityProfile : null;
      if (step === "adopted") chargePoint.registration = { ...chargePoint.registration, securityProfile };
    }),
  "chargePoint.certificateIssued": (state, { data, at }) =>
    change(state, data.cpId, (security) => {
      const { cpId: _, ...certificate } = data;
      const holding = security.certificates.filter(({ notAfter }) => notAfter > at);
      security.certificates = [...holding, { ...certificate, issuedAt: at }].slice(-MOST_CERTIFICATES);
    }),
  "chargePoint.certificateRevoked": (state, { data }) =>
    change(state, data.cpId, (security) => {
      security.certificates = security.certificates.filter(({ serialNumber }) => serialNumber !== data.serialNumber);
    }),
  "chargePoint.securityEvent": () => {},
};

/** What the owner sets ends what was on its way; certificates stay. */
export function securityAfter(
  known: ChargePoint | undefined,
  registration: Registration,
  passwordHash: string | null,
): { security?: SecurityState } {
  if (!known?.security) return {};
  const { nextPasswords, nextProfile, certificates } = known.security;
  const sameProfile = registration.securityProfile === known.registration.securityProfile;
  return {
    security: {
      nextPasswords: passwordHash === known.passwordHash ? nextPasswords : [],
      nextProfile: sameProfile ? nextProfile : null,
      certificates,
    },
  };
}

/** Events of a charge point that was removed meanwhile change nothing. */
function change(
  state: HubState,
  cpId: string,
  make: (security: SecurityState, chargePoint: ChargePoint) => void,
): void {
  const chargePoint = state.chargePoints[cpId];
  if (!chargePoint) return;
  chargePoint.security ??= { nextPasswords: [], nextProfile: null, certificates: [] };
  make(chargePoint.security, chargePoint);
}
