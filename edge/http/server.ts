import type { Server } from "node:http";
import type { AddressInfo, Server as TcpServer } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { AppError } from "../../shared/error";
import type { HubApp } from "./context";

/** An HTTP server for the hub's routes that does not listen yet; the WebSocket endpoint is attached to it. */
export function httpServer(app: HubApp): Server {
  return createAdaptorServer({ fetch: app.fetch }) as Server;
}

/**
 * Listens and gives the port (that of the system's choice, for 0). Rejects with AppError `port_taken`, `port_forbidden`, `bad_host`: a message that
 * names the setting.
 */
export function listen(server: TcpServer, setting: string, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, setting, port, host)));
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
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

/** Stops listening and ends what is open. */
export function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
