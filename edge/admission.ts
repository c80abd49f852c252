import { cpIdSchema } from "../shared/schema";
import type { Clock } from "./clock";
import type { Log } from "./log";
import type { PasswordVerifier } from "./password";
import type { PendingChargePoints } from "./pending";
import type { RateLimits } from "./rate-limit";
import type { HubStore } from "./state/domain";

export interface Knock {
  cpId: string;
  transport: "mqtt" | "websocket";
  address: string;
  /** undefined: none was given. */
  username: string | undefined;
  password: Uint8Array | undefined;
  /** The connection is encrypted. */
  secure: boolean;
}

/** `bad_id`: no cpId can look so; `insecure`: its security profile asks for TLS; `rate`: too many attempts; `full`: the disk is. */
export type Refusal = "bad_id" | "unknown" | "wrong_password" | "insecure" | "rate" | "full";

export interface Admission {
  /** null: come in. */
  refuse(knock: Knock): Promise<Refusal | null>;
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

/** Decides who may connect, over either transport. Passwords appear in no log. */
export function createAdmission(deps: AdmissionDeps): Admission {
  const { store, clock, log, verifier, limits, pending } = deps;

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
    log.warn({ cpId: cpId.slice(0, 60), transport, address, refusal }, "refused a connection");
    return refusal;
  }

  async function judge({ cpId, username, password, secure }: Knock): Promise<Refusal | null> {
    if (!cpIdSchema.safeParse(cpId).success) return "bad_id";
    const known = Object.hasOwn(store.state.chargePoints, cpId) ? store.state.chargePoints[cpId] : undefined;
    if (!known) {
      if (!deps.acceptUnknown) return "unknown";
      await register(cpId);
      return null;
    }
    const { registration, passwordHash } = known;
    if (registration.securityProfile >= 2 && !secure) return "insecure";
    if (username !== undefined && username !== cpId) return "wrong_password";
    if (passwordHash === null) return registration.securityProfile === 0 ? null : "wrong_password";
    if (password === undefined) return "wrong_password";
    return (await verifier.verify(password, passwordHash)) ? null : "wrong_password";
  }

  async function register(cpId: string): Promise<void> {
    const data = {
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
    await store.commit((state) => ({
      reply: null,
      events: Object.hasOwn(state.chargePoints, cpId) ? [] : [{ type: "chargePoint.registered", data }],
    }));
  }

  return { refuse };
}
