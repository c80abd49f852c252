import { createRoute, z } from "@hono/zod-openapi";
import { requireAdmin } from "./auth";
import type { HubApp, HubServices } from "./context";
import { adminSecurity, answer, body, errors } from "./schemas";

const pairSchema = z.strictObject({
  cloudUrl: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .optional()
    .openapi({ description: "CLOUD_URL, by default" }),
  code: z.string().min(8).max(64),
});
const statusSchema = z
  .object({
    paired: z.boolean(),
    hubId: z.string().nullable(),
    siteId: z.string().nullable(),
    cloudUrl: z.string().nullable(),
    epoch: z.int().nullable(),
    ackedSeq: z.int().nullable().openapi({ description: "events that the cloud has" }),
    headSeq: z.int().openapi({ description: "events that there are" }),
    feedOpen: z.boolean(),
    lastContactAt: z.string().nullable(),
    lastError: z.string().nullable(),
  })
  .openapi("PairingStatus");

/** The hub's tie to its cloud. */
export function pairingRoutes(app: HubApp, services: HubServices): void {
  const { link } = services;
  const admin = {
    middleware: requireAdmin(services),
    security: adminSecurity,
    tags: ["Cloud"],
    path: "/api/pairing",
  };

  app.openapi(
    createRoute({
      ...admin,
      method: "get",
      summary: "How the hub stands with its cloud",
      responses: { 200: answer("The pairing", statusSchema), ...errors(401) },
    }),
    (c) => c.json(link.status(), 200),
  );

  app.openapi(
    createRoute({
      ...admin,
      method: "post",
      summary: "Pairs the hub with a site in the cloud, by its owner's one-time code",
      request: { body: body(pairSchema) },
      responses: { 201: answer("Paired", statusSchema), ...errors(400, 401, 409, 502) },
    }),
    async (c) => {
      await link.pair(c.req.valid("json"));
      return c.json(link.status(), 201);
    },
  );
}
