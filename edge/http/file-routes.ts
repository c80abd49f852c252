import { createRoute, z } from "@hono/zod-openapi";
import { instant } from "../clock";
import type { StoredFile } from "../state/state";
import { eventData } from "../../shared/events";
import { instantSchema } from "../../shared/schema";
import { requireAdmin } from "./auth";
import { checkKnown } from "./charge-points";
import { bodyOf, sendFile } from "./charger-files";
import type { HubApp, HubServices } from "./context";
import { adminSecurity, answer, body, cpIdParam, errors, nothing } from "./schemas";

const fileSchema = eventData["file.stored"].extend({ at: instantSchema }).openapi("File");
const idParam = z.object({ id: z.uuid() });
const askSchema = z.strictObject({
  about: z.enum(["diagnostics", "securityLog"]).default("diagnostics"),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
});
const updateSchema = z
  .strictObject({
    fileId: z.uuid(),
    retrieveAt: instantSchema.optional().openapi({ description: "at once, by default" }),
    installAt: instantSchema.optional(),
    signature: z.string().min(1).max(800).optional(),
    signingCertificate: z.string().min(1).max(5500).optional(),
  })
  .refine(
    ({ signature, signingCertificate }) => (signature === undefined) === (signingCertificate === undefined),
    "a signed update needs both `signature` and `signingCertificate`",
  );
const octets = { "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) } };

/** A file for the API: without the secret of its address. */
function shown({ secret: _secret, ...file }: StoredFile): z.infer<typeof fileSchema> {
  return file;
}

/** The operator's files: what chargers uploaded, firmware for them, and asking for either. */
export function fileRoutes(app: HubApp, services: HubServices): void {
  const { files, store, clock } = services;
  const admin = { middleware: requireAdmin(services), security: adminSecurity, tags: ["Files"] };

  app.openapi(
    createRoute({
      ...admin,
      method: "get",
      path: "/api/files",
      summary: "Uploads of chargers and firmware files, newest first",
      responses: { 200: answer("The files", z.object({ files: z.array(fileSchema) })), ...errors(401) },
    }),
    async (c) => c.json({ files: (await files.list()).map(shown) }, 200),
  );
  app.openapi(
    createRoute({
      ...admin,
      method: "get",
      path: "/api/files/{id}",
      summary: "One file, to be saved",
      request: { params: idParam },
      responses: { 200: { description: "The file", content: octets }, ...errors(401, 404) },
    }),
    async (c) => sendFile(c, await files.find(c.req.valid("param").id), files.read) as never,
  );
  app.openapi(
    createRoute({
      ...admin,
      method: "delete",
      path: "/api/files/{id}",
      summary: "Removes a file",
      request: { params: idParam },
      responses: { 204: nothing, ...errors(401, 404) },
    }),
    async (c) => {
      await files.remove(c.req.valid("param").id);
      return c.body(null, 204);
    },
  );
  app.openapi(
    createRoute({
      ...admin,
      method: "post",
      path: "/api/charge-points/{cpId}/diagnostics",
      summary: "Asks a charger to upload its diagnostics or security log to this hub, by HTTP",
      request: { params: cpIdParam, body: body(askSchema) },
      responses: {
        202: answer("It will, or has nothing (null)", z.object({ fileName: z.string().nullable() })),
        ...errors(400, 401, 404, 409, 502, 504),
      },
    }),
    async (c) => {
      const { cpId } = c.req.valid("param");
      const { about, ...times } = c.req.valid("json");
      checkKnown(store.state, cpId);
      return c.json(await files.ask(cpId, about, times), 202);
    },
  );
  app.openapi(
    createRoute({
      ...admin,
      method: "post",
      path: "/api/charge-points/{cpId}/firmware",
      summary: "Tells a charger to fetch a firmware file from this hub and install it; how it goes is in its `reports`",
      request: { params: cpIdParam, body: body(updateSchema) },
      responses: {
        202: answer("Its answer", z.object({ status: z.string(), requestId: z.int().nullable() })),
        ...errors(400, 401, 404, 409, 502, 504),
      },
    }),
    async (c) => {
      const { cpId } = c.req.valid("param");
      const order = c.req.valid("json");
      checkKnown(store.state, cpId);
      const retrieveAt = order.retrieveAt ?? instant(clock.now());
      return c.json(await files.update(cpId, { ...order, retrieveAt }), 202);
    },
  );
}

/** A firmware file of the operator: larger than other bodies, and no JSON, so this stands before the limits on those. */
export function firmwareUploadRoute(app: HubApp, services: HubServices): void {
  app.openapi(
    createRoute({
      method: "post",
      path: "/api/firmware",
      middleware: requireAdmin(services),
      security: adminSecurity,
      tags: ["Files"],
      summary: "Keeps a firmware file for chargers; its SHA-256 is in the answer",
      request: { query: z.object({ name: z.string().min(1).max(120) }), body: { content: octets } },
      responses: { 201: answer("The file", fileSchema), ...errors(400, 401, 409, 413, 507) },
    }),
    async (c) => c.json(shown(await services.files.addFirmware(c.req.valid("query").name, bodyOf(c))), 201),
  );
}
