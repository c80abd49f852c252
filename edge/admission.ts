import type { HubEvent } from "../shared/events";
import { cpIdSchema } from "../shared/schema";
import type { Clock } from "./clock";
import type { Log } from "./log";
import type { PasswordVerifier } from "./password";
import type { PendingChargePoints } from "./pending";
import type { RateLimits } from "./rate-limit";
import { Buckets } from "./rate-limit";
import { plainRegistration } from "./registration";
import type { Proof, Shown } from "./security/proof";
import { prove, requiredProfile } from "./security/proof";
import type { HubStore } from "./state/domain";
import type { ChargePoint } from "./state/state";

export interface Knock extends Shown {
  cpId: string;
  transport: "mqtt" | "websocket";
  address: string;
  /** undefined: none was given. */
  username: string | undefined;
}

/**
 * `bad_id`: no cpId can look so; `insecure`: its security profile asks for TLS, or its key for sealed frames over MQTT; `wrong_certificate`: it asks for a client certificate of the hub, and there is none,
 * or one that does not open; `rate`: too many attempts; `full`: the disk is.
 */
export type Refusal = "bad_id" | "unknown" | "wrong_password" | "wrong_certificate" | "insecure" | "rate" | "full";

export interface Admission {
  /** null: come in. */
  refuse(knock: Knock): Promise<Refusal | null>;
  /** One that came in is not listened to, for this reason; null: it is again. For its owner to see. */
  unheard(cpId: string, reason: "unsealed" | "other_key" | null): void;
}

interface AdmissionDeps {
  store: HubStore;
  clock: Clock;
  log: Log;
  verifier: PasswordVerifier;
  limits: RateLimits;
  pending: PendingChargePoints;
  /** Charge points that nobody registered are registered on the fly. */
  acceptUnknown: boolean;
  /** The disk is full: nothing that a charger says could be kept, and what it cannot say it keeps itself. */
  isFull: () => boolean;
}

/** Somebody without a password may knock as any charge point: it must not be able to fill the history. */
const notedDowngrades = { burst: 3, perSecond: 1 / 3600 };

/** Decides who may connect, over either transport. Passwords appear in no log. */
export function createAdmission(deps: AdmissionDeps): Admission {
  const { store, clock, log, verifier, limits, pending } = deps;
  const notes = new Buckets(notedDowngrades, 1000);

  async function refuse(knock: Knock): Promise<Refusal | null> {
    const { cpId, transport, address } = knock;
    if (deps.isFull()) return "full";
    if (!limits.connection(address, cpId)) return "rate";
    const refusal = await judge(knock);
    if (refusal === null) {
      pending.forget(cpId);
      return null;
    }
    limits.failure(address);
    if (refusal === "unknown") pending.note(cpId, transport, address, clock.now());
    else if (refusal !== "bad_id") pending.refuse(cpId, refusal, clock.now());
    log.warn({ cpId: cpId.slice(0, 60), transport, address, refusal }, "refused a connection");
    return refusal;
  }

  async function judge(knock: Knock): Promise<Exclude<Refusal, "rate" | "full"> | null> {
    const { cpId, username, secure, transport } = knock;
    if (!cpIdSchema.safeParse(cpId).success) return "bad_id";
    const known = chargePointOf(cpId);
    if ((!known || known.stranger) && !deps.acceptUnknown) return "unknown";
    if (!known) {
      await register(cpId);
      return null;
    }
    if (known.registration.securityProfile >= 2 && !secure) {
      await noteDowngrade(knock);
      return "insecure";
    }
    if (mustSeal(known) && transport === "websocket") {
      await noteDowngrade(knock);
      return "insecure";
    }
    if (username !== undefined && username !== cpId) return "wrong_password";
    const { passwordHash } = known;
    const proof = await prove(known, knock, clock.now(), verifier);
    const after = chargePointOf(cpId);
    // Checking a password takes a while: what was right when it began may have been changed since.
    if (!after || after.passwordHash !== passwordHash) return "wrong_password";
    const required = requiredProfile(after);
    if (proof !== null && proof.profile >= required) {
      await adopt(cpId, proof);
      return null;
    }
    if (required < 3) return "wrong_password";
    if (proof !== null && proof.profile > 0) await noteDowngrade(knock);
    return "wrong_certificate";
  }

  function chargePointOf(cpId: string) {
    return Object.hasOwn(store.state.chargePoints, cpId) ? store.state.chargePoints[cpId] : undefined;
  }

  /** It has come with the password or the profile that it was told to change to: what was before no longer opens. */
  async function adopt(cpId: string, { profile, adopted }: Proof): Promise<void> {
    const next = chargePointOf(cpId)?.security?.nextProfile ?? null;
    const rises = next !== null && profile >= next;
    if (adopted === null && !rises) return;
    await store.commit((state) => {
      const events: HubEvent[] = [];
      const security = state.chargePoints[cpId]?.security;
      if (adopted !== null && security?.nextPasswords.includes(adopted)) {
        const local = { passwordHash: adopted };
        events.push({ type: "chargePoint.passwordChanging", data: { cpId, step: "adopted" }, local });
      }
      if (rises && security?.nextProfile === next) {
        const data = { cpId, step: "adopted" as const, securityProfile: next };
        events.push({ type: "chargePoint.profileChanging", data });
      }
      return { reply: null, events };
    });
    log.info(
      { cpId, password: adopted !== null, securityProfile: rises ? next : undefined },
      "a charger has changed its credentials",
    );
  }

  async function noteDowngrade({ cpId, transport, address, secure }: Knock): Promise<void> {
    if (!notes.of(cpId, clock.now()).allow(clock.now())) return;
    const techInfo = `${transport}${secure ? " over TLS" : ""} from ${address}`;
    const data = { cpId, source: "hub" as const, type: "DowngradeRefused", techInfo, chargerTime: null };
    await store.commit(() => ({ reply: null, events: [{ type: "chargePoint.securityEvent", data }] }));
  }

  async function register(cpId: string): Promise<void> {
    const data = plainRegistration(cpId);
    await store.commit((state) => ({
      reply: null,
      events: Object.hasOwn(state.chargePoints, cpId)
        ? []
        : [{ type: "chargePoint.registered", data, local: { stranger: true } }],
    }));
  }

  return {
    refuse,
    unheard: (cpId, reason) => {
      if (reason === null) pending.forget(cpId);
      else pending.refuse(cpId, reason, clock.now());
    },
  };
}

/** Its password crosses the MQTT line, which anybody may hear: what is not sealed would not be the charger's word (shared/sealed). */
function mustSeal({ key, registration }: ChargePoint): boolean {
  return typeof key === "string" && !registration.plainFrames;
}
