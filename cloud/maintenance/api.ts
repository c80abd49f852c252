import { createRoute, z } from "@hono/zod-openapi";
import { connectorIdSchema, cpIdSchema, instantSchema } from "../../shared/schema";
import { pageAnswer, pageQuery } from "../http/page";
import { body, failures, json } from "../http/router";
import { siteParam } from "../sites/routes";
import { noteKinds } from "./tables";

/** The routes of maintenance, as OpenAPI has them. */

const text = (max: number) => z.string().trim().min(1).max(max);
const place = { cpId: z.string(), connectorId: z.number().int() };
const downtime = z.number().int().openapi({ description: "Seconds out of service, so far where it goes on." });

const faultSchema = z
  .object({
    faultId: z.uuid(),
    ...place,
    errorCode: z.string(),
    vendorErrorCode: z.string().nullable(),
    info: z.string().nullable(),
    openedAt: instantSchema,
    closedAt: instantSchema.nullable(),
    downtimeSeconds: downtime,
  })
  .openapi("Fault");
const ticketSchema = z
  .object({
    ticketId: z.uuid(),
    ...place,
    title: z.string(),
    faultId: z.uuid().nullable(),
    openedAt: instantSchema,
    cause: z.string().nullable(),
    fixedBy: z.string().nullable(),
    fixedAt: instantSchema.nullable(),
    downtimeSeconds: downtime.openapi({ description: "Seconds of its time that the connector was faulted." }),
    history: z.array(
      z.object({ at: instantSchema, kind: z.enum(noteKinds), text: z.string(), by: z.string().nullable() }),
    ),
  })
  .openapi("Ticket");

const which = {
  cpId: cpIdSchema.optional(),
  connectorId: z.coerce.number().pipe(connectorIdSchema).optional(),
  open: z
    .enum(["true", "false"])
    .optional()
    .openapi({ type: "boolean", description: "Only what is open, or only what is over." }),
};
const ticketParam = siteParam.extend({ ticketId: z.uuid() });

export const faults = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/faults",
  tags: ["maintenance"],
  summary: "Faults as the chargers have told of them, newest first",
  request: { params: siteParam, query: pageQuery.extend(which) },
  responses: {
    200: pageAnswer("faults", faultSchema),
    ...failures,
  },
});
export const tickets = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/tickets",
  tags: ["maintenance"],
  summary: "What is to be mended or was, newest first, with its history",
  request: { params: siteParam, query: pageQuery.extend(which) },
  responses: {
    200: pageAnswer("tickets", ticketSchema),
    ...failures,
  },
});
export const opening = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/tickets",
  tags: ["maintenance"],
  summary: "Opens a ticket about a connector (0: the whole charger), or about one of its faults",
  request: {
    params: siteParam,
    body: body(
      z.strictObject({
        cpId: cpIdSchema,
        connectorId: connectorIdSchema,
        title: text(200),
        faultId: z.uuid().nullable().default(null),
      }),
    ),
  },
  responses: { 201: json("The ticket.", ticketSchema), ...failures },
});
export const noting = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/tickets/{ticketId}/notes",
  tags: ["maintenance"],
  summary: "Adds to a ticket's history; `reopen` opens one that was fixed again",
  request: {
    params: ticketParam,
    body: body(z.strictObject({ text: text(2000), reopen: z.boolean().default(false) })),
  },
  responses: { 200: json("The ticket as it is now.", ticketSchema), ...failures },
});
export const fixing = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/tickets/{ticketId}/fix",
  tags: ["maintenance"],
  summary: "Says that it is mended: what the cause was, and who did it",
  request: { params: ticketParam, body: body(z.strictObject({ cause: text(1000), fixedBy: text(100) })) },
  responses: { 200: json("The ticket as it is now.", ticketSchema), ...failures },
});
