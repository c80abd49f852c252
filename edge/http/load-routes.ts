import { createRoute, z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import { loadProblems, loadSettingsSchema, siteMeterSchema } from "../../shared/load";
import { cpIdSchema, instantSchema } from "../../shared/schema";
import { requireAdmin } from "./auth";
import type { HubApp, HubServices } from "./context";
import { adminSecurity, answer, body, errors, nothing } from "./schemas";

const phasesSchema = z.tuple([z.number(), z.number(), z.number()]).readonly();

const connectorLoadSchema = z
  .object({
    cpId: cpIdSchema,
    connectorId: z.int(),
    state: z.enum(["idle", "charging", "queued", "unreachable", "uncontrolled"]),
    problem: z
      .enum(loadProblems)
      .nullable()
      .openapi({ description: "no_effect: it draws more than it confirmed; refused: it takes no limit in any form" }),
    targetA: z.number().nullable().openapi({ description: "what its car should be allowed; null: no car" }),
    limitA: z.number().nullable().openapi({ description: "what it confirmed last" }),
    worstCaseA: phasesSchema,
    measuredA: phasesSchema.nullable(),
    measuredAt: instantSchema.nullable(),
    ratedA: z.number(),
    ratedKnown: z.boolean(),
    waitingSince: instantSchema.nullable(),
  })
  .openapi("ConnectorLoad");

const loadViewSchema = z
  .object({
    active: z.boolean(),
    at: instantSchema,
    settings: loadSettingsSchema,
    limitA: phasesSchema.nullable().openapi({ description: "L1, L2, L3; null: no limit" }),
    worstCaseA: phasesSchema.openapi({ description: "what all chargers together may take, whatever they were told" }),
    measuredA: phasesSchema,
    safeCurrentA: z.number().openapi({ description: "stored in each charger for when the hub is gone" }),
    connectors: z.array(connectorLoadSchema),
  })
  .openapi("Load");

/** Load management as the owner sees and sets it. Currents are amperes per phase. */
export function loadRoutes(app: HubApp, services: HubServices): void {
  const { load } = services;
  const admin = { middleware: requireAdmin(services), security: adminSecurity, tags: ["Load management"] };
  app.openapi(
    createRoute({
      ...admin,
      method: "get",
      path: "/api/load",
      summary: "How the site's current is shared right now",
      responses: { 200: answer("The live state", loadViewSchema), ...errors(401) },
    }),
    (c) => c.json(load.view(), 200),
  );
  app.openapi(
    createRoute({
      ...admin,
      method: "put",
      path: "/api/load",
      summary: "Sets the site's limit and how it is shared; HUB_SITE_LIMIT_A is never exceeded",
      request: { body: body(loadSettingsSchema) },
      responses: { 204: nothing, ...errors(400, 401) },
    }),
    async (c) => {
      await load.set(c.req.valid("json"));
      return c.body(null, 204);
    },
  );
  app.openapi(
    createRoute({
      ...admin,
      method: "post",
      path: "/api/load/meter",
      summary: "What the site's meter shows now; send it every few seconds",
      request: { body: body(siteMeterSchema) },
      responses: { 204: nothing, ...errors(400, 401, 409) },
    }),
    (c) => {
      if (load.view().settings.limit?.kind !== "meter") {
        throw new AppError("no_site_meter", "The site's limit does not come from a meter: set it so first.", {
          status: 409,
        });
      }
      load.meter(c.req.valid("json").currentA);
      return c.body(null, 204);
    },
  );
}
