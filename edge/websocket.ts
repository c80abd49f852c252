import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { WebSocketServer } from "ws";
import type { Admission, Refusal } from "./admission";
import type { Peers } from "./peers";
import type { Log } from "./log";
import { readOcppUrl } from "./ocpp-url";
import type { Link } from "./peer";
import { closeCodes } from "./peer";
import { clientCertificateOf } from "./tls/front";

interface WebSocketDeps {
  admission: Admission;
  peers: Peers;
  log: Log;
  /** The server speaks TLS. */
  secure: boolean;
  /** Old chargers that name no subprotocol are let in. */
  acceptNoSubprotocol?: boolean;
}

/** A frame of more bytes closes the connection with 1009. */
export const MAX_FRAME_BYTES = 512 * 1024;
/** A charger that does not read what it is sent is cut off. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024;
/** One that was told to go may have had so many frames under way; with more it is not waited for. */
const MAX_LATE = 100;
const SUBPROTOCOL = "ocpp1.6";

const refusals: Record<Refusal, { status: number; message: string }> = {
  bad_id: { status: 400, message: "A charge point's id has 1 to 48 letters, digits, dots, dashes or underscores." },
  unknown: {
    status: 404,
    message: "This charge point is not registered: its owner finds it in the list of those that wait.",
  },
  wrong_password: { status: 401, message: "User name or password is wrong." },
  wrong_certificate: { status: 401, message: "This charge point must show a client certificate of this hub." },
  insecure: {
    status: 401,
    message: "This charge point must connect with TLS (wss://), or, if it has a key, with sealed frames over MQTT.",
  },
  rate: { status: 429, message: "Too many attempts: try again later." },
  full: { status: 503, message: "The hub's disk is full: try again later." },
};

/**
 * OCPP-J over WebSocket on `/ocpp/{cpId}` of an HTTP server (OCPP-J 1.6 chapter 3). Takes all upgrade requests of that server. Returns the way to
 * close the endpoint; the connections belong to `peers`.
 */
export function attachWebSocket(server: Server, deps: WebSocketDeps): { close(): Promise<void> } {
  const { admission, peers, log } = deps;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => ocppOf(offered) ?? false,
  });

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", (error) => log.debug({ err: error }, "a handshake broke off"));
    handshake(request, socket, head).catch((error: unknown) => {
      log.error({ err: error }, "a handshake failed");
      refuse(socket, 500, "The hub could not look at this.");
    });
  };

  async function handshake(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const url = readOcppUrl(String(request.url));
    if (!("cpId" in url)) return refuse(socket, url.status, url.message);
    const { cpId } = url;
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((each) => each.trim());
    const none = offered.every((each) => each === "");
    if (ocppOf(offered) === undefined && !(none && deps.acceptNoSubprotocol)) {
      return refuse(socket, 400, `The subprotocol ${SUBPROTOCOL} must be offered.`);
    }
    const address = String(request.socket.remoteAddress);
    const credentials = basicOf(request.headers.authorization);
    const certificate = clientCertificateOf(request.socket);
    const knock = { cpId, transport: "websocket" as const, address, secure: deps.secure, certificate, ...credentials };
    const refusal = await admission.refuse(knock);
    if (socket.destroyed) return;
    if (refusal) return refuse(socket, refusals[refusal].status, refusals[refusal].message);
    sockets.handleUpgrade(request, socket, head, (socket) => serve(socket, cpId, address));
  }

  function serve(socket: WebSocket, cpId: string, address: string): void {
    const connection = peers.connect(cpId, linkOf(socket, address));
    let late = 0;
    const heard = (hear: () => void) => {
      if (socket.readyState === socket.OPEN) return hear();
      late += 1;
      if (late > MAX_LATE) socket.terminate();
    };
    socket.on("message", (data) => heard(() => connection.receive(textOf(data))));
    socket.on("ping", () => {
      // The library has answered by itself, also who does not read.
      if (socket.bufferedAmount > MAX_UNSENT_BYTES) socket.terminate();
      heard(connection.frame);
    });
    socket.on("pong", () => heard(connection.frame));
    socket.on("close", connection.closed);
    socket.on("error", (error) => log.warn({ err: error, cpId }, "the connection of a charger broke"));
  }

  server.on("upgrade", upgrade);
  return {
    close: () => {
      server.off("upgrade", upgrade);
      for (const socket of sockets.clients) socket.terminate();
      return new Promise((resolve) => sockets.close(() => resolve()));
    },
  };
}

function linkOf(socket: WebSocket, address: string): Link {
  return {
    transport: "websocket",
    address,
    objectForm: false,
    send: (text) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MAX_UNSENT_BYTES) socket.close(closeCodes.policy, "does not read");
      else socket.send(text);
    },
    close: (code, why) => socket.close(code, why),
  };
}

/** Some chargers send their JSON in binary frames: the same bytes, which ws gives as a Buffer unless told otherwise. */
function textOf(data: RawData): string {
  return (data as Buffer).toString("utf8");
}

function ocppOf(offered: Iterable<string>): string | undefined {
  return [...offered].find((each) => each.toLowerCase() === SUBPROTOCOL);
}

/** HTTP Basic (RFC 7617), the password as the bytes that it is: keys may be binary. */
function basicOf(header: string | undefined): { username: string | undefined; password: Uint8Array | undefined } {
  const match = /^\s*basic\s+([A-Za-z0-9+/_=-]+)\s*$/i.exec(header ?? "");
  const bytes = Buffer.from(match?.[1] ?? "", "base64");
  const colon = bytes.indexOf(":");
  if (colon < 0) return { username: undefined, password: undefined };
  return { username: bytes.toString("utf8", 0, colon), password: bytes.subarray(colon + 1) };
}

const reasons: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  429: "Too Many Requests",
  500: "Internal Server Error",
};

/** Answers a handshake in plain HTTP, so that an installer can read why. */
function refuse(socket: Duplex, status: number, message: string): void {
  const more =
    { 401: ['WWW-Authenticate: Basic realm="ocpp", charset="UTF-8"'], 429: ["Retry-After: 30"] }[status] ?? [];
  const head = [
    `HTTP/1.1 ${status} ${reasons[status] ?? ""}`,
    "Connection: close",
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(message)}`,
    ...more,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${message}`, () => socket.destroy());
}
