import { createRoute, z } from "@hono/zod-openapi";
import { instantSchema } from "../../shared/schema";
import { statusHistory } from "../history";
import { certificatesOf } from "../security/issued";
import { requireAdmin } from "./auth";
import { checkKnown } from "./charge-points";
import type { HubApp, HubServices } from "./context";
import { adminSecurity, answer, cpIdParam, errors, nothing, pageQuery } from "./schemas";

const PEM = "application/x-pem-file";
const pem = { [PEM]: { schema: z.string() } };
const csrSchema = z.strictObject({ csr: z.string().min(1).max(10_000).openapi({ description: "PEM" }) });
const passwordSchema = z.strictObject({
  password: z.string().min(16).max(40).optional().openapi({ description: "left out: the hub makes one" }),
});
const changeSchema = z.object({
  status: z.enum(["Accepted", "Rejected", "RebootRequired", "NotSupported"]),
  password: z.string().openapi({ description: "shown once" }),
});
const certificateSchema = z.object({
  serialNumber: z.string(),
  fingerprint: z.string().openapi({ description: "SHA-256, hex" }),
  commonName: z.string(),
  issuedAt: instantSchema,
  notAfter: instantSchema,
});
const securityEventSchema = z.object({
  at: instantSchema,
  source: z.enum(["chargePoint", "hub"]),
  type: z.string(),
  techInfo: z.string().nullable(),
  chargerTime: z.string().nullable(),
});
const securityPageSchema = z.object({
  events: z.array(securityEventSchema.extend({ id: z.uuid() })),
  nextCursor: z.string().nullable(),
});

/** Certificates and passwords of charge points, and what they say of their security. */
export function securityRoutes(app: HubApp, services: HubServices): void {
  const { store, certificates, credentials } = services;
  const tags = ["Security"];
  const admin = { middleware: requireAdmin(services), security: adminSecurity, tags };
  const path = "/api/charge-points/{cpId}";

  app.openapi(
    createRoute({
      tags,
      method: "get",
      path: "/api/ca.pem",
      summary: "The certificate of the hub's own authority: what chargers and browsers must trust for TLS",
      responses: { 200: { description: "PEM", content: pem } },
    }),
    (c) => c.body(certificates.root, 200, { "Content-Type": PEM }),
  );

  app.openapi(
    createRoute({
      ...admin,
      method: "post",
      path: `${path}/certificate`,
      summary:
        "Signs a certificate request (PKCS #10, PEM) whose common name is the charge point's id or serial number",
      request: {
        params: cpIdParam,
        body: {
          content: {
            "application/json": { schema: csrSchema },
            "application/pkcs10": { schema: z.string() },
            "application/x-pem-file": { schema: z.string() },
            "text/plain": { schema: z.string() },
          },
        },
      },
      responses: { 200: { description: "The certificate, PEM", content: pem }, ...errors(400, 401, 404, 429, 503) },
    }),
    async (c) => {
      const { cpId } = c.req.valid("param");
      checkKnown(store.state, cpId);
      const isJson = c.req.header("content-type")?.toLowerCase().includes("json") === true;
      const csr = isJson ? csrSchema.parse(await c.req.json()).csr : await c.req.text();
      return c.body(await certificates.issue(cpId, csr), 200, { "Content-Type": PEM });
    },
  );

  app.openapi(
    createRoute({
      ...admin,
      method: "get",
      path: `${path}/certificates`,
      summary: "The client certificates that open for a charge point, the latest last",
      request: { params: cpIdParam },
      responses: {
        200: answer("The certificates", z.object({ certificates: z.array(certificateSchema) })),
        ...errors(401, 404),
      },
    }),
    async (c) => {
      const { cpId } = c.req.valid("param");
      const listed = await store.commit((state) => {
        checkKnown(state, cpId);
        return { reply: [...certificatesOf(state.chargePoints[cpId])], events: [] };
      });
      return c.json({ certificates: listed }, 200);
    },
  );

  app.openapi(
    createRoute({
      ...admin,
      method: "delete",
      path: `${path}/certificates/{serialNumber}`,
      summary: "Revokes a client certificate and ends the charge point's connection",
      request: { params: cpIdParam.extend({ serialNumber: z.string().max(40) }) },
      responses: { 204: nothing, ...errors(401, 404) },
    }),
    async (c) => {
      const { cpId, serialNumber } = c.req.valid("param");
      checkKnown(store.state, cpId);
      await certificates.revoke(cpId, serialNumber.toLowerCase());
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      ...admin,
      method: "post",
      path: `${path}/password`,
      summary:
        "Tells a charger a new password (AuthorizationKey); the old one opens until it has come with the new one",
      request: { params: cpIdParam, body: { content: { "application/json": { schema: passwordSchema } } } },
      responses: { 200: answer("What the charger answered", changeSchema), ...errors(400, 401, 404, 409, 502, 504) },
    }),
    async (c) => {
      const { cpId } = c.req.valid("param");
      checkKnown(store.state, cpId);
      const password = c.req.valid("json").password ?? credentials.newPassword();
      return c.json({ status: await credentials.changePassword(cpId, password), password }, 200);
    },
  );

  app.openapi(
    createRoute({
      ...admin,
      method: "get",
      path: `${path}/security-events`,
      summary: "What a charge point said of its security, and what the hub noted of it, newest first",
      request: { params: cpIdParam, query: pageQuery },
      responses: { 200: answer("A page of events", securityPageSchema), ...errors(400, 401, 404) },
    }),
    async (c) => {
      const { cpId } = c.req.valid("param");
      const { limit, cursor = null } = c.req.valid("query");
      checkKnown(store.state, cpId);
      const { events, nextCursor } = await statusHistory(store, cpId, { limit, cursor, about: "security" });
      const listed = events.map(({ id, at, data }) => ({ id, ...securityEventSchema.parse({ ...data, at }) }));
      return c.json({ events: listed, nextCursor }, 200);
    },
  );
}
