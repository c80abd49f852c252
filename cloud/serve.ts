import { createAdaptorServer } from "@hono/node-server";
import type { Server } from "node:http";
import { AppError } from "../shared/error";

type Handler = (request: Request, env: object) => Response | Promise<Response>;

/** An HTTP server that listens before its application is made, since the application's public address may follow from the port. */
interface Listening {
  port: number;
  serve(handler: Handler): void;
  /** Ends idle connections at once, and the rest when their answers are out; after `patienceMs` those too. */
  close(patienceMs?: number): Promise<void>;
}

/** Listens on host and port (0: a free one). Throws an Error that names the variable to change where it cannot. */
export async function listen(host: string, port: number): Promise<Listening> {
  let handle: Handler = starting;
  const server = createAdaptorServer({ fetch: (request, env) => handle(request, env) }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address() as { port: number };
  return {
    port: address.port,
    serve: (handler) => (handle = handler),
    close: (patienceMs = 5000) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), patienceMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function starting(): Response {
  return new Response("Starting.", { status: 503, headers: { "Retry-After": "1" } });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const why: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is taken by another program. Set CLOUD_PORT to a free one (0 picks one).`,
    EACCES: `This user may not listen on port ${port}. Set CLOUD_PORT to one above 1023.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Set CLOUD_HOST to one that it has.`,
  };
  return new AppError(
    "cannot_listen",
    why[error.code ?? ""] ?? `Cannot listen on CLOUD_HOST ${host}, CLOUD_PORT ${port}: ${error.message}`,
    {
      cause: error,
    },
  );
}
