import type { Logger } from "pino";
import type { Auth } from "./accounts/auth";
import type { Db } from "./db/database";
import type { Wake } from "./db/wake";
import type { Mailer } from "./notifications/mail";
import type { Sms } from "./notifications/sms";
import type { Push } from "./notifications/web-push";
import type { PaymentService } from "./payments/service";
import type { PassKey } from "./reservations/pass-key";

/** What the routes are given; `main.ts` (and the tests' helper) makes it. */
export interface Deps {
  db: Db;
  auth: Auth;
  wake: Wake;
  /** Takes cards, fills wallets and pays owners, or says that it does not. */
  payments: PaymentService;
  /** The platform's part of each bill, 1/100 percent. */
  platformFee: number;
  /** Signs the passes of reservations. */
  passKey: PassKey;
  /** null: no mail server is set. */
  mail: Mailer | null;
  /** null: there is no account for SMS. */
  sms: Sms | null;
  push: Push;
  /** Nobody signs in, and no invitation counts, before the address is verified by mail (ADR 0009). */
  verifyEmails: boolean;
  log: Logger;
  /** Epoch ms. */
  now: () => number;
  /** UUIDv7. */
  newId: () => string;
  /** Uniform bytes for one-time codes. */
  randomBytes: (length: number) => Uint8Array;
  /** Where people and hubs reach this cloud, without a slash at the end. */
  publicUrl: string;
  trustProxy: boolean;
  /** Folder with the built cloud app. */
  webRoot: string;
  /** Aborted when the process stops: ends the open event streams. */
  stopping: AbortSignal;
  /** ms between the comments that keep event streams alive. */
  heartbeatMs: number;
  /** ms that a connected hub is waited for when it is asked for its cells (booking, Rule 2). */
  hubPatienceMs: number;
}
