import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Tariff } from "../../shared/tariff/schema";
import type { Board, BoardMessage, OwnedSite, SessionDetail } from "../app/types";
import type { FoundPlace, Reservation } from "../app/driver/types";
import { aheadAnswers } from "./ahead-data";
import { accountAnswers } from "./account-answers";
import { me } from "./account-data";
import { adminAnswers } from "./admin-server";
import { board, complexTariff, ownerSession, simpleTariff, site } from "./app-data";
import { ownerAnswers } from "./owner-answers";
import { messageAnswers } from "./message-data";
import { myAnswers, openBills, running } from "./my-data";
import {
  availability,
  bills,
  found,
  held,
  joinedPlaces,
  pass,
  place,
  placeLive,
  reservations,
  sharedPlace,
  vehicles,
} from "./driver-data";

/** A server for the built cloud app: its files, and an API over data that a test sets. */
export interface AppServer {
  url: string;
  data: {
    signedIn: boolean;
    sites: OwnedSite[];
    board: Board;
    sessions: SessionDetail[];
    tariffs: Tariff[];
    found: FoundPlace[];
    reservations: Reservation[];
    /** Whether who is signed in is an admin of the platform. */
    isAdmin: boolean;
    /** Whether admins have nothing to decide. */
    nothingToDecide: boolean;
    /** Whether the next hold finds its time taken. */
    taken: boolean;
  };
  /** What the browser changed: method and path with the body. */
  changes: { what: string; body: unknown }[];
  send(message: BoardMessage): void;
  close(): Promise<void>;
}

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'";
const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

/** Starts the server on a free port of 127.0.0.1. `dist` is the folder of the built app; `expiresAt` is when its pairing codes end. */
export async function startAppServer(dist: string, expiresAt: () => string): Promise<AppServer> {
  const streams = new Set<ServerResponse>();
  const reservationOf = (id: string) => app.data.reservations.find(({ booking }) => booking === id) ?? reservations[0];
  const answers: [RegExp, (id: string, query: URLSearchParams) => [status: number, body: unknown]][] = [
    [
      /^GET \/v1\/search$/,
      () => [200, { places: app.data.found, total: app.data.found.length, capped: false, nextCursor: null }],
    ],
    [/^GET \/v1\/places\/[^/]+$/, (_, query) => [200, query.has("share") ? sharedPlace : place]],
    [/^GET \/v1\/me\/places$/, () => [200, { places: joinedPlaces }]],
    [
      /^GET \/v1\/sites\/[^/]+\/availability$/,
      (_, query) => [200, availability(query.get("start") as string, query.get("end") as string)],
    ],
    [
      /^POST \/v1\/sites\/[^/]+\/holds$/,
      () =>
        app.data.taken
          ? ((app.data.taken = false), [409, { error: { code: "taken", message: "This time is taken." } }])
          : [201, held(expiresAt())],
    ],
    [/^DELETE \/v1\/sites\/[^/]+\/holds\/[^/]+$/, () => [204, null]],
    [/^POST \/v1\/sites\/[^/]+\/reservations$/, () => [201, { ...reservations[0], pin: "402 917" }]],
    [/^GET \/v1\/reservations$/, () => [200, { reservations: app.data.reservations }]],
    [/^GET \/v1\/sites\/[^/]+\/reservations\/([^/]+)$/, (id) => [200, reservationOf(id)]],
    [/^GET \/v1\/sites\/[^/]+\/reservations\/[^/]+\/pass$/, () => [200, pass]],
    [
      /^POST \/v1\/sites\/[^/]+\/reservations\/([^/]+)\/cancel$/,
      (id) => [200, { ...reservationOf(id), pending: true, owed: { amount: 0, currency: "EUR" } }],
    ],
    [/^POST \/v1\/sites\/[^/]+\/reservations\/([^/]+)\/modify$/, (id) => [200, reservationOf(id)]],
    ...ownerAnswers,
    [/^GET \/v1\/vehicles$/, () => [200, { vehicles }]],
    [/^POST \/v1\/vehicles$/, () => [201, vehicles[0]]],
    [/^DELETE \/v1\/vehicles\/[^/]+$/, () => [204, null]],
    [/^GET \/v1\/me$/, () => [200, { ...me, user: { ...me.user, isAdmin: app.data.isAdmin } }]],
    ...accountAnswers,
    ...myAnswers,
    ...messageAnswers,
    // Whoever has no booking has nothing that hangs on one.
    ...aheadAnswers(() => app.data.reservations.length === 0),
    [/^GET \/v1\/me\/bills$/, (_, query) => [200, { bills: query.get("open") ? openBills : bills, nextCursor: null }]],
    [
      /^GET \/v1\/auth\/get-session$/,
      () => [
        200,
        app.data.signedIn ? { user: { id: "u", email: "a@b.c", name: "Alex" }, session: { token: "here" } } : null,
      ],
    ],
    ...adminAnswers(() => app.data.nothingToDecide),
    [/^POST \/v1\/auth\/sign-out$/, () => ((app.data.signedIn = false), [200, { success: true }])],
    [/^GET \/v1\/sites$/, () => [200, { sites: app.data.sites }]],
    [/^POST \/v1\/sites$/, () => [201, site]],
    [/^(?:GET|PATCH) \/v1\/sites\/[^/]+$/, () => [200, site]],
    [/^GET \/v1\/sites\/[^/]+\/sessions$/, () => [200, { sessions: app.data.sessions, nextCursor: null }]],
    [
      /^GET \/v1\/sites\/[^/]+\/sessions\/([^/]+)$/,
      (id) => {
        const found = app.data.sessions.find((each) => each.id === id);
        return found ? [200, found] : [404, { error: { code: "not_found", message: "No such session." } }];
      },
    ],
    [/^GET \/v1\/sites\/[^/]+\/tariffs$/, () => [200, { tariffs: app.data.tariffs }]],
    [/^PUT \/v1\/sites\/[^/]+\/tariffs\/([^/]+)$/, () => [200, simpleTariff]],
    [/^POST \/v1\/sites\/[^/]+\/pairing-codes$/, () => [201, { code: "7KQ-MZD-3WB", expiresAt: expiresAt() }]],
    [/^POST \/v1\/sites\/[^/]+\/commands$/, () => [202, { commandId: "c" }]],
  ];

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url as string, "http://cloud");
    response.setHeader("content-security-policy", policy);
    response.setHeader("permissions-policy", `camera=(${pathname === "/scan" ? "self" : ""})`);
    if (!pathname.startsWith("/v1/")) return sendFile(response, pathname);
    if (pathname.endsWith("/live")) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const first = pathname.startsWith("/v1/places/")
        ? placeLive
        : pathname.startsWith("/v1/me/sessions/")
          ? running
          : pathname.startsWith("/v1/notifications/")
            ? { unread: 1 }
            : { kind: "board", board: app.data.board };
      response.write(`data: ${JSON.stringify(first)}\n\n`);
      streams.add(response);
      return response.on("close", () => streams.delete(response));
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const what = `${request.method} ${pathname}`;
    const body: unknown = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : null;
    if (request.method !== "GET") app.changes.push({ what, body });
    if (what.startsWith("POST /v1/auth/sign-in")) {
      const right = (body as { password: string }).password === "correct horse";
      app.data.signedIn = right;
      return json(response, right ? 200 : 401, right ? {} : { code: "INVALID_EMAIL_OR_PASSWORD", message: "Wrong." });
    }
    for (const [pattern, answer] of answers) {
      const match = pattern.exec(what);
      if (match) return json(response, ...answer(match[1] ?? "", searchParams));
    }
    json(response, 404, { error: { code: "not_found", message: what } });
  });

  async function sendFile(response: ServerResponse, path: string): Promise<void> {
    const name = extname(path) ? path : "/index.html";
    response.setHeader("content-type", types[extname(name)] ?? "application/octet-stream");
    // As at the cloud; without it the browser would compile the same scripts for each screen.
    if (path.startsWith("/assets/")) response.setHeader("cache-control", "public, max-age=31536000, immutable");
    response.end(await readFile(join(dist, name)));
  }

  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const app: AppServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    data: {
      signedIn: true,
      sites: [site],
      board,
      sessions: Array.from({ length: 8 }, (_, index) => ownerSession(index)),
      tariffs: [simpleTariff, complexTariff],
      found,
      reservations,
      taken: false,
      isAdmin: false,
      nothingToDecide: false,
    },
    changes: [],
    send(message) {
      for (const stream of streams) stream.write(`data: ${JSON.stringify(message)}\n\n`);
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return app;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body === null && status === 204 ? "" : JSON.stringify(body));
}
