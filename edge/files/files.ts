import type { Readable } from "node:stream";
import { AppError } from "../../shared/error";
import type { HubEvent } from "../../shared/events";
import type { Gateway } from "../gateway";
import type { CallRequest } from "../ocpp/calls";
import type { HubStore } from "../state/domain";
import type { StoredFile } from "../state/state";
import type { Ticket, Tickets } from "./tickets";
import type { Vault } from "./vault";
import { diskFull } from "./vault";

interface OperatorFilesDeps {
  store: HubStore;
  gateway: Gateway;
  vault: Vault;
  tickets: Tickets;
  newId: () => string;
  random: (bytes: number) => Uint8Array;
  /** A random positive int32. */
  randomId: () => number;
  /** The hub's address as this charger can reach it, `http://192.168.1.5:8080`. */
  addressFor: (cpId: string) => string;
  isFull: () => boolean;
}

export const MOST_UPLOAD_BYTES = 20 * 1024 * 1024;
const MOST_FIRMWARE_BYTES = 128 * 1024 * 1024;
const MOST_FIRMWARES = 20;

/** Where chargers upload to and download from; see http/charger-files.ts. */
export const uploadPath = "/uploads";
export const firmwarePath = "/firmware";

type Times = { from?: string | undefined; to?: string | undefined };

/** A file on its way. */
interface IncomingFile {
  name: string;
  content: AsyncIterable<Uint8Array>;
}

interface UpdateOrder {
  fileId: string;
  /** From when it may be fetched, ISO 8601 UTC. */
  retrieveAt: string;
  installAt?: string | undefined;
  /** Both for a signed update (Security whitepaper). */
  signature?: string | undefined;
  signingCertificate?: string | undefined;
}

/** The operator's files: what chargers upload when asked, and firmware that they fetch. */
export class OperatorFiles {
  private readonly deps: OperatorFilesDeps;

  constructor(deps: OperatorFilesDeps) {
    this.deps = deps;
  }

  /** After a start: files that no event knows go (an upload that a crash cut), and events whose file is gone (after a restore; on a full disk at the start after). */
  async tidy(): Promise<void> {
    const { store, vault, isFull } = this.deps;
    const names = new Set(await vault.names());
    await store.commit(({ files = {} }) => {
      const gone = isFull() ? [] : Object.keys(files).filter((id) => !names.has(id));
      return { reply: null, events: gone.map((id) => ({ type: "file.removed", data: { id } })) };
    });
    for (const name of names) if (!Object.hasOwn(store.state.files ?? {}, name)) await vault.remove(name);
  }

  /** Newest first. */
  list(): Promise<StoredFile[]> {
    return this.deps.store.commit(({ files = {} }) => ({ reply: Object.values(files).toReversed(), events: [] }));
  }

  /** Rejects with AppError 404 `unknown_file`. */
  async find(id: string): Promise<StoredFile> {
    const found = (await this.list()).find((file) => file.id === id);
    if (!found) throw new AppError("unknown_file", "There is no such file.", { status: 404 });
    return found;
  }

  /** From byte `start` to `end`, both included. */
  readonly read = (file: StoredFile, range: { start: number; end: number }): Readable =>
    this.deps.vault.read(file.id, range);

  async remove(id: string): Promise<void> {
    await this.find(id);
    await this.deps.store.commit(() => ({ reply: null, events: [{ type: "file.removed", data: { id } }] }));
    await this.deps.vault.remove(id);
  }

  /**
   * Asks a charger for its diagnostics (GetDiagnostics) or its security log (GetLog), to be uploaded here. Gives the file name that it
   * announces; null: it has nothing, or does not say. Rejects as `Gateway.call`, and with AppError 409 `log_refused`.
   */
  async ask(cpId: string, about: Ticket["about"], { from, to }: Times): Promise<{ fileName: string | null }> {
    const { gateway, tickets, addressFor, randomId } = this.deps;
    const location = `${addressFor(cpId)}${uploadPath}/${tickets.issue({ cpId, about })}/`;
    const tries = { retries: 3, retryInterval: 60 };
    if (about === "diagnostics") {
      const times = { ...(from ? { startTime: from } : {}), ...(to ? { stopTime: to } : {}) };
      const { fileName } = await gateway.call(cpId, "GetDiagnostics", { location, ...tries, ...times });
      return { fileName: fileName || null };
    }
    const log = {
      remoteLocation: location,
      ...(from ? { oldestTimestamp: from } : {}),
      ...(to ? { latestTimestamp: to } : {}),
    };
    const request = { logType: "SecurityLog" as const, requestId: randomId(), log, ...tries };
    const { status, filename } = await gateway.call(cpId, "GetLog", request);
    if (status === "Rejected") throw new AppError("log_refused", "The charger gives no such log.", { status: 409 });
    return { fileName: filename || null };
  }

  /** An upload has come; `open` begins to read it and gives the charger's own name for it. Not called before the token is known. Rejects as `Tickets.use`, `open` and `Vault.keep`. */
  receive(token: string, open: () => Promise<IncomingFile>): Promise<StoredFile> {
    return this.deps.tickets.use(token, async (ticket) => {
      const { name, content } = await open();
      return this.keep({ kind: "upload", ...ticket, name: plainName(name, "upload.bin") }, content, MOST_UPLOAD_BYTES);
    });
  }

  /** Keeps a firmware file. Rejects with AppError 409 `too_many_files`, and as `Vault.keep`. */
  addFirmware(name: string, body: AsyncIterable<Uint8Array>): Promise<StoredFile> {
    const firmwares = Object.values(this.deps.store.state.files ?? {}).filter(({ kind }) => kind === "firmware");
    if (firmwares.length >= MOST_FIRMWARES) {
      const message = `At most ${MOST_FIRMWARES} firmware files are kept: remove one first.`;
      throw new AppError("too_many_files", message, { status: 409 });
    }
    const about = { kind: "firmware" as const, cpId: null, about: null, name: plainName(name, "firmware.bin") };
    return this.keep(about, body, MOST_FIRMWARE_BYTES);
  }

  /** Tells a charger to fetch and install a firmware file. Gives its answer; UpdateFirmware has none but that it came. Rejects as `Gateway.call`. */
  async update(cpId: string, order: UpdateOrder): Promise<{ status: string; requestId: number | null }> {
    const { gateway, addressFor, randomId } = this.deps;
    const file = await this.find(order.fileId);
    if (file.kind !== "firmware") throw new AppError("unknown_file", "This file is no firmware.", { status: 404 });
    const location = `${addressFor(cpId)}${firmwarePath}/${file.id}/${file.secret}/${encodeURIComponent(file.name)}`;
    const tries = { retries: 3, retryInterval: 300 };
    const { retrieveAt, installAt, signature, signingCertificate } = order;
    if (signature === undefined || signingCertificate === undefined) {
      await gateway.call(cpId, "UpdateFirmware", { location, retrieveDate: retrieveAt, ...tries });
      return { status: "Accepted", requestId: null };
    }
    const firmware: CallRequest<"SignedUpdateFirmware">["firmware"] = {
      location,
      retrieveDateTime: retrieveAt,
      ...(installAt === undefined ? {} : { installDateTime: installAt }),
      signingCertificate,
      signature,
    };
    const requestId = randomId();
    const { status } = await gateway.call(cpId, "SignedUpdateFirmware", { requestId, firmware, ...tries });
    return { status, requestId };
  }

  private async keep(
    what: Pick<StoredFile, "kind" | "cpId" | "about" | "name">,
    body: AsyncIterable<Uint8Array>,
    limit: number,
  ): Promise<StoredFile> {
    const { store, vault, newId, random, isFull } = this.deps;
    if (isFull()) throw diskFull();
    const id = newId();
    const kept = await vault.keep(id, body, limit);
    const before = Object.keys(store.state.files ?? {});
    const event: HubEvent = {
      type: "file.stored",
      data: { ...what, id, ...kept },
      local: { secret: Buffer.from(random(24)).toString("base64url") },
    };
    await store
      .commit(() => ({ reply: null, events: [event] }))
      .catch(async (error: unknown) => {
        // A file that no event knows would lie there until the next start.
        await vault.remove(id);
        throw error;
      });
    for (const old of before) if (!Object.hasOwn(store.state.files ?? {}, old)) await vault.remove(old);
    return this.find(id);
  }
}

/** The last part of a path, of letters that no shell, browser or file system minds. */
function plainName(name: string, otherwise: string): string {
  const last = name.split(/[/\\]/).findLast((part) => part !== "") ?? "";
  const plain = last.replace(/[^\w.-]+/g, "_").replace(/^\.+/, "");
  return plain.slice(-120) || otherwise;
}
