import type { Server, Socket } from "node:net";
import { createServer } from "node:net";
import type { Server as TlsServer, TLSSocket } from "node:tls";
import type { X509Certificate } from "node:crypto";
import type { Log } from "../log";
import type { RateLimits } from "../rate-limit";
import { fingerprintOf } from "./x509";

/** Handshakes under way: each costs a signature, and memory while a client is silent. */
const MOST_HANDSHAKES = 400;
const MOST_OF_ONE_ADDRESS = 100;

/**
 * The TCP side of a TLS server: takes connections and hands them on for their handshake, unless their address has opened too many of late or leaves too many
 * unfinished. Who floods it is cut off before any cryptography.
 */
export function tlsFront(server: TlsServer, limits: Pick<RateLimits, "handshake">, log: Log): Server {
  /** Address by address and port of the client. */
  const underWay = new Map<string, string>();
  const done = (socket: Socket | TLSSocket) => void underWay.delete(clientOf(socket));
  server.on("secureConnection", done);
  server.on("tlsClientError", (error, socket) => {
    done(socket);
    log.debug({ err: error, address: socket.remoteAddress }, "a TLS handshake failed");
  });

  return createServer((socket) => {
    const address = String(socket.remoteAddress);
    const client = clientOf(socket);
    const ofAddress = [...underWay.values()].filter((each) => each === address).length;
    const tooMany = underWay.size >= MOST_HANDSHAKES || ofAddress >= MOST_OF_ONE_ADDRESS;
    if (tooMany || !limits.handshake(address)) {
      log.debug({ address, underWay: underWay.size }, "too many TLS handshakes");
      socket.destroy();
      return;
    }
    underWay.set(client, address);
    socket.once("close", () => underWay.delete(client));
    server.emit("connection", socket);
  });
}

/** SHA-256 (hex) of the certificate that a client has shown, and whose key it has proven to have; null: none, or no TLS. */
export function clientCertificateOf(socket: Socket | TLSSocket): string | null {
  if (!("getPeerX509Certificate" in socket)) return null;
  const certificate: X509Certificate | undefined = socket.getPeerX509Certificate();
  return certificate ? fingerprintOf(certificate) : null;
}

function clientOf({ remoteAddress, remotePort }: Socket | TLSSocket): string {
  return `${remoteAddress} ${remotePort}`;
}
