import { AppError } from "../../shared/error";
import type { HubEvent } from "../../shared/events";
import type { Clock } from "../clock";
import type { Gateway } from "../gateway";
import type { Log } from "../log";
import type { HubStore } from "../state/domain";
import type { Authority } from "../tls/authority";
import { readRequest } from "../tls/x509";
import { MOST_AN_HOUR, certificatesOf, isNameOf, issuedLately } from "./issued";

interface CertificatesDeps {
  store: HubStore;
  gateway: Gateway;
  authority: Authority;
  clock: Clock;
  log: Log;
}

const HOUR_MS = 3_600_000;
/** A charger that has so long left is asked to make itself a new key (Security whitepaper, use case A02). */
const RENEW_MS = 30 * 24 * HOUR_MS;
const LOOK_MS = 12 * HOUR_MS;

/** The client certificates of charge points: requested by them or by their installer, signed by the hub's authority, revoked by the owner. */
export class Certificates {
  private readonly deps: CertificatesDeps;
  private cancel = () => {};

  constructor(deps: CertificatesDeps) {
    this.deps = deps;
    this.watch();
  }

  /** The certificate that chargers must trust, PEM. */
  get root(): string {
    return this.deps.authority.root.certificate;
  }

  /**
   * Signs a request (PEM) whose common name is the charge point's id or serial number; gives the certificate, PEM. Throws AppError `unknown_charge_point` 404,
   * `invalid_csr` 400, `wrong_name` 400, `too_many_certificates` 429, `clock_not_set` 503.
   */
  async issue(cpId: string, csr: string): Promise<string> {
    const { store, authority, clock } = this.deps;
    const request = await readRequest(csr);
    const signed = await authority.signClient(request, clock.now());
    await store.commit((state) => {
      const chargePoint = Object.hasOwn(state.chargePoints, cpId) ? state.chargePoints[cpId] : undefined;
      if (!chargePoint) throw new AppError("unknown_charge_point", "There is no such charge point.", { status: 404 });
      if (!isNameOf(request.commonName, cpId, chargePoint)) {
        throw new AppError(
          "wrong_name",
          "The common name of the request must be the charge point's id or serial number.",
        );
      }
      if (issuedLately(chargePoint, clock.now()) >= MOST_AN_HOUR) {
        const message = `A charge point gets at most ${MOST_AN_HOUR} certificates an hour.`;
        throw new AppError("too_many_certificates", message, { status: 429 });
      }
      const { serialNumber, fingerprint, notAfter } = signed;
      const data = { cpId, serialNumber, fingerprint, notAfter, commonName: request.commonName };
      return { reply: null, events: [{ type: "chargePoint.certificateIssued", data }] };
    });
    return signed.certificate;
  }

  /** What follows an accepted SignCertificate: CertificateSigned, once the certificate is on record. Never rejects; what goes wrong is noted. */
  async answer(cpId: string, csr: string): Promise<void> {
    try {
      const certificateChain = await this.issue(cpId, csr);
      const { status } = await this.deps.gateway.call(cpId, "CertificateSigned", { certificateChain });
      if (status !== "Accepted") await this.note(cpId, "CertificateNotTaken", `the charger answered ${status}`);
    } catch (error) {
      this.deps.log.warn({ err: error, cpId }, "could not give a charger the certificate that it asked for");
      const why = error instanceof AppError ? error.code : "error";
      await this.note(cpId, "CertificateNotIssued", why).catch(() => {});
    }
  }

  /** Takes a certificate's power away and ends the connection. Throws AppError `unknown_charge_point`, `unknown_certificate` 404. */
  async revoke(cpId: string, serialNumber: string): Promise<void> {
    const { store, gateway } = this.deps;
    await store.commit((state) => {
      const isThere = certificatesOf(state.chargePoints[cpId]).some((each) => each.serialNumber === serialNumber);
      if (!isThere) throw new AppError("unknown_certificate", "There is no such certificate.", { status: 404 });
      const data = { cpId, serialNumber };
      return { reply: null, events: [{ type: "chargePoint.certificateRevoked", data }] };
    });
    gateway.disconnect(cpId, "a certificate of it was revoked");
  }

  stop(): void {
    this.cancel();
  }

  private watch(): void {
    this.cancel = this.deps.clock.after(LOOK_MS, () => {
      this.watch();
      this.renew();
    });
  }

  private renew(): void {
    const { store, gateway, clock, log } = this.deps;
    for (const chargePoint of Object.values(store.state.chargePoints)) {
      const { cpId, securityProfile } = chargePoint.registration;
      const last = certificatesOf(chargePoint).at(-1);
      if (securityProfile < 3 || !last || !gateway.isConnected(cpId)) continue;
      if (Date.parse(last.notAfter) - clock.now() > RENEW_MS) continue;
      gateway
        .call(cpId, "ExtendedTriggerMessage", { requestedMessage: "SignChargePointCertificate" }, { background: true })
        .catch((error: unknown) => log.warn({ err: error, cpId }, "could not ask a charger to renew its certificate"));
    }
  }

  private async note(cpId: string, type: string, techInfo: string): Promise<void> {
    const data = { cpId, source: "hub" as const, type, techInfo, chargerTime: null };
    await this.deps.store.commit(() => ({
      reply: null,
      events: [{ type: "chargePoint.securityEvent", data } satisfies HubEvent],
    }));
  }
}
