import type { Server } from "node:net";
import type { Server as TlsServer, TlsOptions } from "node:tls";
import type { Clock } from "../clock";
import type { Log } from "../log";
import type { RateLimits } from "../rate-limit";
import type { Authority } from "./authority";
import { openAuthority } from "./authority";
import { tlsFront } from "./front";
import type { Place } from "./names";
import { serverNames } from "./names";
import { tlsOptions } from "./options";
import { ServerCertificate } from "./server-certificate";

/** The hub's TLS: its authority, the certificate of its ports, and the servers that serve it. */
interface Tls {
  readonly authority: Authority;
  /** For a new server. */
  options(): TlsOptions;
  /** What listens for a server of these options; the server gets each new certificate, without losing a connection. */
  front(server: TlsServer): Server;
  stop(): void;
}

interface TlsDeps {
  folder: string;
  clock: Clock;
  log: Log;
  limits: RateLimits;
  /** Where the hub is reached now. */
  place: () => Place;
}

/** Opens what the data folder holds, or makes it. Throws AppError `authority_damaged`. */
export async function openTls({ folder, clock, log, limits, place }: TlsDeps): Promise<Tls> {
  const authority = await openAuthority(folder);
  const servers: TlsServer[] = [];
  const options = () => tlsOptions(certificate.current, authority.root.certificate);
  const certificate = await ServerCertificate.open({
    folder,
    authority,
    clock,
    log,
    names: () => serverNames(place()),
    onChange: () => {
      for (const server of servers) server.setSecureContext(options());
    },
  });
  return {
    authority,
    options,
    front: (server) => {
      servers.push(server);
      return tlsFront(server, limits, log);
    },
    stop: () => certificate.stop(),
  };
}
