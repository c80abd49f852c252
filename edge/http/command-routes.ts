import { createRoute, z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import { requireAdmin } from "./auth";
import { checkKnown } from "./charge-points";
import type { HubApp, HubServices } from "./context";
import { adminSecurity, answer, cpIdParam, errors } from "./schemas";

const resultSchema = z.union([
  z.object({ result: z.unknown() }),
  z.object({ error: z.object({ code: z.string(), description: z.string() }) }),
]);

/** The operator's console: any call to any charger. */
export function commandRoutes(app: HubApp, services: HubServices): void {
  app.openapi(
    createRoute({
      middleware: requireAdmin(services),
      security: adminSecurity,
      tags: ["Charge points"],
      method: "post",
      path: "/api/charge-points/{cpId}/commands/{Action}",
      summary: "Sends an OCPP 1.6 call and gives the charger's answer; no body is an empty payload",
      request: {
        params: cpIdParam.extend({ Action: z.string().max(50).openapi({ example: "TriggerMessage" }) }),
        body: { content: { "application/json": { schema: z.record(z.string(), z.unknown()) } } },
      },
      responses: { 200: answer("What the charger answered", resultSchema), ...errors(400, 401, 404, 409, 502, 504) },
    }),
    async (c) => {
      const { cpId, Action } = c.req.valid("param");
      checkKnown(services.store.state, cpId);
      try {
        return c.json({ result: await services.credentials.call(cpId, Action, c.req.valid("json")) }, 200);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== "call_error") throw error;
        const { code, description } = error.details ?? {};
        return c.json({ error: { code: String(code), description: String(description) } }, 200);
      }
    },
  );
}
