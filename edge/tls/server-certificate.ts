import { X509Certificate, createPublicKey } from "node:crypto";
import { isIP } from "node:net";
import { join } from "node:path";
import type { Clock } from "../clock";
import { readPrivate, writePrivate } from "../identity";
import type { Log } from "../log";
import type { Authority } from "./authority";
import { BACKDATED_MS, CREDIBLE_MS, readPair } from "./authority";
import type { KeyAndCertificate } from "./x509";
import { makeServer } from "./x509";

/** File of the data folder with key and certificate of the hub's TLS ports. */
export const SERVER_FILE = "tls-server.pem";

const DAY_MS = 86_400_000;
/** Browsers take no more from a private authority. */
const LIFETIME_MS = 397 * DAY_MS;
const RENEW_MS = 30 * DAY_MS;
const LOOK_MS = 60_000;

interface ServerCertificateDeps {
  folder: string;
  authority: Authority;
  clock: Clock;
  log: Log;
  /** The names that it must have now; asked again and again, since addresses change. */
  names: () => string[];
  /** There is a new one: what is served from now on. */
  onChange: (pair: KeyAndCertificate) => void;
}

/** The certificate of the TLS ports: made where it is missing, renewed before it runs out and when the hub gets another address. */
export class ServerCertificate {
  private readonly deps: ServerCertificateDeps;
  private pair: KeyAndCertificate;
  /** It is in the folder too. */
  private isSaved: boolean;
  private cancel = () => {};

  private constructor(deps: ServerCertificateDeps, pair: KeyAndCertificate, isSaved: boolean) {
    this.deps = deps;
    this.pair = pair;
    this.isSaved = isSaved;
    this.watch();
  }

  /** Where a new one cannot be written (a full disk), it is served from memory: chargers know the authority, and the hub must not stay down for a file. */
  static async open(deps: ServerCertificateDeps): Promise<ServerCertificate> {
    const kept = readPair((await readPrivate(join(deps.folder, SERVER_FILE))) ?? "");
    const names = deps.names();
    if (kept !== null && isUsable(kept, deps.authority, names, deps.clock.now())) {
      return new ServerCertificate(deps, kept, true);
    }
    const made = await make(deps, names);
    const isSaved = await save(deps, made).then(
      () => true,
      (error: unknown) => {
        deps.log.error(
          { err: error },
          "THE CERTIFICATE OF THE TLS PORTS COULD NOT BE SAVED: it is served from memory, and saved when that is possible",
        );
        return false;
      },
    );
    return new ServerCertificate(deps, made, isSaved);
  }

  get current(): KeyAndCertificate {
    return this.pair;
  }

  stop(): void {
    this.cancel();
    this.cancel = () => {};
  }

  private watch(): void {
    this.cancel = this.deps.clock.after(LOOK_MS, () => {
      this.watch();
      this.look().catch((error: unknown) =>
        this.deps.log.error({ err: error }, "could not renew the certificate of the TLS ports"),
      );
    });
  }

  private async look(): Promise<void> {
    const { deps } = this;
    const names = deps.names();
    const usable = isUsable(this.pair, deps.authority, names, deps.clock.now());
    if (usable && this.isSaved) return;
    const pair = usable ? this.pair : await make(deps, names);
    await save(deps, pair);
    this.isSaved = true;
    if (usable) return;
    this.pair = pair;
    deps.log.info({ names }, "renewed the certificate of the TLS ports");
    deps.onChange(this.pair);
  }
}

function make({ authority, clock }: ServerCertificateDeps, names: string[]): Promise<KeyAndCertificate> {
  const now = clock.now();
  return makeServer(authority.root, {
    commonName: names[0] ?? "hitchpost.local",
    organization: "hitchpost",
    notBefore: now - BACKDATED_MS,
    notAfter: now + LIFETIME_MS,
    names,
  });
}

function save({ folder }: ServerCertificateDeps, { key, certificate }: KeyAndCertificate): Promise<void> {
  return writePrivate(join(folder, SERVER_FILE), key + certificate);
}

/**
 * Whether it is this authority's, names all of `names`, and holds for a while. While the hub does not know the time, its age says nothing: a Pi wakes up in 1970, and
 * its chargers do not.
 */
export function isUsable(
  { certificate }: KeyAndCertificate,
  authority: Authority,
  names: string[],
  now: number,
): boolean {
  const read = new X509Certificate(certificate);
  const hasName = (name: string) => (isIP(name) === 0 ? read.checkHost(name) : read.checkIP(name)) !== undefined;
  if (!read.verify(createPublicKey(authority.root.certificate)) || !names.every(hasName)) return false;
  return now < CREDIBLE_MS || (Date.parse(read.validFrom) <= now && now < Date.parse(read.validTo) - RENEW_MS);
}
