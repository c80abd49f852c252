import { AppError } from "../../shared/error";
import type { HubEvent } from "../../shared/events";
import { offline } from "../call-queue";
import type { Clock } from "../clock";
import type { CallOptions, Gateway } from "../gateway";
import { calls } from "../ocpp/calls";
import type { HubStore } from "../state/domain";
import type { ChargePoint } from "../state/state";
import { certificatesOf } from "./issued";

interface CredentialsDeps {
  store: HubStore;
  gateway: Gateway;
  clock: Clock;
  hashPassword: (password: string) => Promise<string>;
  random: (bytes: number) => Uint8Array;
}

/** The charger's answer to ChangeConfiguration. */
type ChangeStatus = "Accepted" | "Rejected" | "RebootRequired" | "NotSupported";

/** Security whitepaper, A01: 20 bytes, written as 40 hex digits, which chargers send back as text or as bytes. */
const PASSWORD_BYTES = 20;

/**
 * Calls of an operator to a charger, two of which change how it must come back: AuthorizationKey (Security whitepaper, use case A01) and SecurityProfile (A05).
 * What the charger is about to be told is on disk before it is told: whether it took it shows when it comes back, whatever crashes meanwhile.
 */
export class Credentials {
  private readonly deps: CredentialsDeps;

  constructor(deps: CredentialsDeps) {
    this.deps = deps;
  }

  /** As `Gateway.callUnchecked`, with the hub's books kept. Besides, throws what `changePassword` and `raiseProfile` throw. */
  async call(cpId: string, action: string, payload: unknown, options?: CallOptions): Promise<unknown> {
    const change = action === "ChangeConfiguration" ? calls.ChangeConfiguration.request.safeParse(payload) : null;
    const key = change?.data?.key.toLowerCase();
    const value = change?.data?.value ?? "";
    if (key === "authorizationkey") return { status: await this.changePassword(cpId, value) };
    if (key === "securityprofile" && /^\s*[0-3]\s*$/.test(value)) {
      return { status: await this.raiseProfile(cpId, Number(value)) };
    }
    return this.deps.gateway.callUnchecked(cpId, action, payload, options);
  }

  /** A password that nobody has thought of. */
  newPassword(): string {
    return Buffer.from(this.deps.random(PASSWORD_BYTES)).toString("hex");
  }

  /**
   * Tells a charger its new password. The old one opens until it has come with the new one. Throws AppError `invalid_password` 400, `conflicting` 409 and what `Gateway` throws;
   * after a time-out both open, since nobody knows which one it has.
   */
  async changePassword(cpId: string, password: string): Promise<ChangeStatus> {
    if (password.length < 8) throw new AppError("invalid_password", "A password has 8 characters or more.");
    if (this.expectConnected(cpId).key) {
      const message = "It has a key for sealed frames, and its password follows from that: set another key instead.";
      throw new AppError("conflicting", message, { status: 409 });
    }
    const local = { passwordHash: await this.deps.hashPassword(password) };
    const step = (each: "offered" | "refused"): HubEvent => ({
      type: "chargePoint.passwordChanging",
      data: { cpId, step: each },
      local,
    });
    await this.commit(step("offered"));
    return this.tell(cpId, { key: "AuthorizationKey", value: password }, step("refused"));
  }

  /**
   * Tells a charger to come with a higher security profile. Its present one is enough until it has. Throws AppError 409 `downgrade`, `password_needed`,
   * `certificate_needed`, and what `Gateway` throws.
   */
  async raiseProfile(cpId: string, securityProfile: number): Promise<ChangeStatus> {
    const chargePoint = this.expectConnected(cpId);
    const { securityProfile: present } = chargePoint.registration;
    if (securityProfile < present) {
      const message = `A charger is never told to lower its security profile (now ${present}). Register it anew with the profile that it shall have.`;
      throw new AppError("downgrade", message, { status: 409 });
    }
    const call = { key: "SecurityProfile", value: String(securityProfile) };
    if (securityProfile === present) return (await this.deps.gateway.call(cpId, "ChangeConfiguration", call)).status;
    this.expectMeans(chargePoint, securityProfile);
    const step = (each: "offered" | "refused"): HubEvent => ({
      type: "chargePoint.profileChanging",
      data: { cpId, step: each, securityProfile },
    });
    await this.commit(step("offered"));
    return this.tell(cpId, call, step("refused"));
  }

  private async tell(cpId: string, call: { key: string; value: string }, refused: HubEvent): Promise<ChangeStatus> {
    try {
      const { status } = await this.deps.gateway.call(cpId, "ChangeConfiguration", call);
      if (status === "Rejected" || status === "NotSupported") await this.commit(refused);
      return status;
    } catch (error) {
      if (error instanceof AppError && error.code === "call_error") await this.commit(refused);
      throw error;
    }
  }

  /** With what it shall prove itself, it must be able to. */
  private expectMeans(chargePoint: ChargePoint, securityProfile: number): void {
    const now = this.deps.clock.now();
    if (securityProfile < 3) {
      if (chargePoint.passwordHash !== null || chargePoint.security?.nextPasswords.length) return;
      const message = "It has no password yet: set one (ChangeConfiguration of AuthorizationKey) first.";
      throw new AppError("password_needed", message, { status: 409 });
    }
    if (certificatesOf(chargePoint).some(({ notAfter }) => now < Date.parse(notAfter))) return;
    const message =
      "It has no client certificate yet: let it request one (ExtendedTriggerMessage of SignChargePointCertificate) first.";
    throw new AppError("certificate_needed", message, { status: 409 });
  }

  private expectConnected(cpId: string): ChargePoint {
    const { chargePoints } = this.deps.store.state;
    const chargePoint = Object.hasOwn(chargePoints, cpId) ? chargePoints[cpId] : undefined;
    if (!chargePoint || !this.deps.gateway.isConnected(cpId)) {
      throw offline();
    }
    return chargePoint;
  }

  private async commit(event: HubEvent): Promise<void> {
    await this.deps.store.commit(() => ({ reply: null, events: [event] }));
  }
}
