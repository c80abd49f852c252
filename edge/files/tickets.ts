import { createHash } from "node:crypto";
import { AppError } from "../../shared/error";
import type { Clock } from "../clock";

/** What an upload is, as the hub asked for it. */
export interface Ticket {
  cpId: string;
  about: "diagnostics" | "securityLog";
}

/** A charger may have much to collect, and a bad line. */
const LIFE_MS = 60 * 60_000;
const MOST = 100;

/**
 * Permissions to upload one file each: an address that nobody can guess, for an hour. They live in memory: after a restart of the hub the operator
 * asks again.
 */
export class Tickets {
  private readonly clock: Clock;
  private readonly random: (bytes: number) => Uint8Array;
  private readonly open = new Map<string, Ticket & { until: number; busy: boolean }>();

  constructor(clock: Clock, random: (bytes: number) => Uint8Array) {
    this.clock = clock;
    this.random = random;
  }

  /** A new permission; gives its token. */
  issue(ticket: Ticket): string {
    const token = Buffer.from(this.random(24)).toString("base64url");
    this.open.set(keyOf(token), { ...ticket, until: this.clock.now() + LIFE_MS, busy: false });
    if (this.open.size > MOST) this.open.delete(this.open.keys().next().value as string);
    return token;
  }

  /**
   * Runs the upload that a token permits. It is used up when that succeeds; after a failure the charger may try again. Rejects with AppError
   * 404 `unknown_upload`, 409 `upload_running`.
   */
  async use<R>(token: string, upload: (ticket: Ticket) => Promise<R>): Promise<R> {
    const key = keyOf(token);
    const ticket = this.open.get(key);
    if (!ticket || ticket.until <= this.clock.now()) {
      this.open.delete(key);
      throw new AppError("unknown_upload", "Nobody asked for this upload, or it came too late.", { status: 404 });
    }
    if (ticket.busy) throw new AppError("upload_running", "This upload is under way already.", { status: 409 });
    ticket.busy = true;
    try {
      const { cpId, about } = ticket;
      const result = await upload({ cpId, about });
      this.open.delete(key);
      return result;
    } finally {
      ticket.busy = false;
    }
  }
}

/** Looked up by a hash, so that how long it takes tells nothing of the tokens there are. */
function keyOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
