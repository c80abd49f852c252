import { createRoute, z } from "@hono/zod-openapi";
import { boardNames } from "../../shared/board-firmware";
import { builtPage } from "./admin-page";
import { requireAdmin } from "./auth";
import type { HubApp, HubServices } from "./context";
import { hostName } from "./guard";
import { adminSecurity, answer, errors } from "./schemas";

const placeSchema = z.object({
  hubUrl: z.string().openapi({ description: "the hub's address in the network of whoever asks" }),
  mqttPort: z.int(),
  publicUrl: z
    .string()
    .nullable()
    .openapi({ description: "where drivers find the hub's page, if not at that address" }),
});
const octets = { "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) } };

/**
 * The page that installs a charger over the computer's USB port, and what it needs of the hub besides the charge points' routes. Browsers give a page the port only
 * over TLS or on this machine (Web Serial, "secure context"): /install/secure leads there.
 */
export function installerRoutes(app: HubApp, services: HubServices): void {
  const { installer, publicUrl, webFolder } = services;
  const admin = { middleware: requireAdmin(services), security: adminSecurity, tags: ["Installer"] };

  app.openapi(
    createRoute({
      ...admin,
      method: "get",
      path: "/api/installer",
      summary: "What a charger must be told to find this hub",
      responses: { 200: answer("Its addresses", placeSchema), ...errors(401) },
    }),
    (c) => c.json({ ...installer.place(c.get("address")), publicUrl }, 200),
  );
  app.openapi(
    createRoute({
      ...admin,
      method: "get",
      path: "/api/installer/firmware/{board}",
      summary:
        "The DeviceScript firmware of a board, fetched from its makers once and kept; it is not ours, compare its SHA-256",
      request: { params: z.object({ board: z.enum(boardNames) }) },
      responses: { 200: { description: "The firmware", content: octets }, ...errors(400, 401, 500, 502) },
    }),
    async (c) => {
      const data = Uint8Array.from(await installer.firmware.get(c.req.valid("param").board));
      return c.body(data, 200, { "Content-Type": "application/octet-stream" }) as never;
    },
  );

  app.get("/install/secure", (c) => {
    const host = hostName(c.req.header("host"));
    const isPublic = publicUrl !== null && new URL(publicUrl).hostname === host && publicUrl.startsWith("https:");
    return c.redirect(isPublic ? `${publicUrl}/install` : `https://${host}:${installer.httpsPort()}/install`, 302);
  });
  builtPage(app, "/install", webFolder);
}
