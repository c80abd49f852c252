import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { chargePoints, load, pairing, pending, reservations, running } from "./hub-admin-data";

/** A server for the built pages for installers and owners, and the part of the hub's API that they ask. */
interface HubAdminServer {
  url: string;
  close(): Promise<void>;
}

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'";
const types: Record<string, string> = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

const answers: Record<string, unknown> = {
  "/api/site": { name: "Lindenhof garage", timeZone: "Europe/Berlin" },
  "/api/installer": { hubUrl: "http://192.168.1.10:8080", mqttPort: 1883, publicUrl: null },
  "/api/charge-points": { chargePoints },
  "/api/pending-charge-points": { chargePoints: pending },
  "/api/sessions": { sessions: running, nextCursor: null },
  "/api/load": load,
  "/api/reservations": reservations,
  "/api/pairing": pairing,
};

/** Every part of the page, for screenshots and for looking at each with axe. `token`: whether the tab knows it. */
export const hubAdminScenes = [
  { name: "hub-admin-sign-in", path: "/admin", token: false },
  { name: "hub-admin-chargers", path: "/admin", token: true },
  { name: "hub-admin-load", path: "/admin#load", token: true },
  { name: "hub-admin-reservations", path: "/admin#reservations", token: true },
  { name: "hub-admin-cloud", path: "/admin#cloud", token: true },
  { name: "hub-admin-console", path: "/admin#console", token: true },
];

/** Starts the server on a free port of 127.0.0.1. `dist` is the folder of the hub's built pages. */
export async function startHubAdminServer(dist: string): Promise<HubAdminServer> {
  async function sendFile(response: ServerResponse, path: string): Promise<void> {
    response.setHeader("content-type", types[extname(path)] ?? "text/html");
    response.setHeader("content-security-policy", policy);
    response.end(await readFile(join(dist, path)));
  }
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url as string, "http://hub");
    if (/^\/(admin|install)\/assets\//.test(pathname)) return void sendFile(response, pathname);
    if (pathname === "/install") return void sendFile(response, "/install/index.html");
    if (!pathname.startsWith("/api/")) return void sendFile(response, "/admin/index.html");
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(answers[pathname] ?? { result: { status: "Accepted" } }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
