import { AppError } from "../../shared/error";
import type { Clock } from "../clock";
import type { Gateway } from "../gateway";
import type { Log } from "../log";
import { isSecretOf } from "./secret";
import type { HubStore } from "../state/domain";
import type { OpenSession } from "../state/state";

interface StopperOptions {
  store: HubStore;
  gateway: Gateway;
  clock: Clock;
  log: Log;
}

/** A page waits this long for the charger's answer; after that it sees the end when it comes. */
const PATIENCE_MS = 8000;

/**
 * Asks chargers to end sessions (OCPP 1.6 section 5.12). The end itself comes by StopTransaction, so a stop that was accepted changes no state here.
 */
export class Stopper {
  private readonly options: StopperOptions;
  private readonly asked = new Map<string, Promise<void>>();

  constructor(options: StopperOptions) {
    this.options = options;
  }

  /**
   * A stop by the one who started. Throws AppError 404 `unknown_session`, 403 `not_yours`, 409 `charge_point_offline`, `stop_rejected`,
   * `stop_not_possible`. A session that is over already needs no stop, and gives no error.
   */
  async stopBySecret(sessionId: string, secret: string): Promise<void> {
    const { openSessions, closedSessions } = this.options.store.state;
    const found = own(openSessions, sessionId) ?? own(closedSessions, sessionId);
    if (!found) throw unknownSession();
    if (!isSecretOf(found.secretHash, secret)) {
      throw new AppError("not_yours", "Only who started this session can stop it here.", { status: 403 });
    }
    if (own(openSessions, sessionId)) await this.stop(sessionId);
  }

  /** A stop by the owner. Throws as `stopBySecret`, but for `not_yours`. */
  async stop(sessionId: string): Promise<void> {
    const { openSessions, closedSessions } = this.options.store.state;
    const open = own(openSessions, sessionId);
    if (!open) {
      if (own(closedSessions, sessionId)) return;
      throw unknownSession();
    }
    const underWay = this.asked.get(sessionId) ?? this.ask(sessionId, open);
    await this.patiently(underWay);
  }

  private ask(sessionId: string, { session }: OpenSession): Promise<void> {
    const { cpId, transactionId } = session;
    if (transactionId === null) {
      throw new AppError("stop_not_possible", "The charger never named this transaction: unplug to end it.", {
        status: 409,
      });
    }
    const asked = this.options.gateway.call(cpId, "RemoteStopTransaction", { transactionId }).then(({ status }) => {
      this.options.log.info({ cpId, transactionId, status }, "stop answered");
      if (status !== "Accepted") {
        throw new AppError("stop_rejected", "The charger did not agree to stop. Unplug, or try again.", {
          status: 409,
        });
      }
    });
    this.asked.set(sessionId, asked);
    const forget = () => void this.asked.delete(sessionId);
    asked.then(forget, (error: unknown) => {
      forget();
      this.options.log.warn({ cpId, transactionId, err: error }, "stop not done");
    });
    return asked;
  }

  private async patiently(answer: Promise<void>): Promise<void> {
    const timer: { cancel?: () => void } = {};
    const patience = new Promise<void>((resolve) => {
      timer.cancel = this.options.clock.after(PATIENCE_MS, resolve);
    });
    await Promise.race([answer, patience]).finally(() => timer.cancel?.());
  }
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function unknownSession(): AppError {
  return new AppError("unknown_session", "There is no such session running.", { status: 404 });
}
