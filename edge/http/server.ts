import type { Server } from "node:http";
import type { Server as HttpsServer } from "node:https";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Server as TcpServer } from "node:net";
import type { TlsOptions } from "node:tls";
import { createAdaptorServer } from "@hono/node-server";
import { AppError } from "../../shared/error";
import type { Log } from "../log";
import type { HubApp } from "./context";

/** An HTTP server for the hub's routes that does not listen yet; the WebSocket endpoint is attached to it. */
export function httpServer(app: HubApp): Server {
  return createAdaptorServer({ fetch: app.fetch }) as Server;
}

/** The same over TLS. It gets its connections from a front (edge/tls/front.ts). */
export function httpsServer(app: HubApp, options: TlsOptions): HttpsServer {
  const server = createAdaptorServer({ fetch: app.fetch, createServer: createHttpsServer, serverOptions: options });
  return server as HttpsServer;
}

/**
 * Listens and gives the port (that of the system's choice, for 0). Rejects with AppError `port_taken`, `port_forbidden`, `bad_host`: a message that
 * names the setting.
 */
export function listen(server: TcpServer, setting: string, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => reject(listenError(error, setting, port, host));
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/**
 * Listens on `given`. Where nobody gave a port, on `usual`, or on a free one where another program has that: a hub that is updated must not stay down for a port
 * that its site does not use. Rejects as `listen` does.
 */
export async function listenOnUsual(
  server: TcpServer,
  setting: string,
  { given, usual }: { given: number | null; usual: number },
  host: string,
  log: Pick<Log, "warn">,
): Promise<number> {
  if (given !== null) return listen(server, setting, given, host);
  try {
    return await listen(server, setting, usual, host);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "port_taken") throw error;
    const port = await listen(server, setting, 0, host);
    log.warn(`${setting} is not set, and port ${usual} is taken by another program: the hub took ${port} for now`);
    return port;
  }
}

function listenError(error: NodeJS.ErrnoException, setting: string, port: number, host: string): Error {
  const options = { status: 500, cause: error };
  switch (error.code) {
    case "EADDRINUSE": {
      const message = `${setting}: port ${port} is taken by another program. Stop that one, or set ${setting} to another port.`;
      return new AppError("port_taken", message, options);
    }
    case "EACCES":
      return new AppError("port_forbidden", `${setting}: this user may not listen on port ${port}.`, options);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new AppError("bad_host", `HUB_HOST: this machine has no address ${host}.`, options);
    default:
      return error;
  }
}

/** Stops listening and ends what is open; `front` is what listens for it, where it does not itself. */
export function stopListening(server: Server | HttpsServer, front: TcpServer = server): Promise<void> {
  return new Promise((resolve) => {
    front.close(() => resolve());
    server.closeAllConnections();
  });
}
