import { createRoute, z } from "@hono/zod-openapi";
import type { Transaction } from "kysely";
import { cpIdSchema, instantSchema } from "../../shared/schema";
import { requireSite } from "../accounts/access";
import { audit } from "../admin/audit";
import type { Database } from "../db/schema";
import type { Deps } from "../deps";
import { body, createRouter, failures, json } from "../http/router";
import type { ChargePointId } from "./charge-points";
import { nameChargePoint, readChargePoint, restoreChargePoint, retireChargePoint } from "./charge-points";
import { lockBook } from "../reservations/book";
import { tellBookable } from "../reservations/bookable";
import { lockSite } from "./queries";
import { siteParam } from "./routes";

const tags = ["sites"];
const cpParam = siteParam.extend({ cpId: cpIdSchema });
const count = z.number().int().min(0);

const chargePointSchema = z
  .object({
    cpId: z.string(),
    name: z.string().nullable().openapi({ description: "As people see it: the owner's name for it, else the hub's." }),
    ownName: z.string().nullable().openapi({ description: "null: it is called as the hub calls it." }),
    told: z.boolean().openapi({ description: "The site's hub has it." }),
    vendor: z.string().nullable(),
    model: z.string().nullable(),
    serialNumber: z.string().nullable(),
    firmwareVersion: z.string().nullable(),
    retiredAt: instantSchema.nullable(),
    bookings: count.openapi({ description: "To come." }),
  })
  .openapi("ChargePoint");
const answers = { 200: json("As it is now.", chargePointSchema), ...failures };

const read = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/charge-points/{cpId}",
  tags,
  summary: "One charge point: what it is, how it is called, and whether it is retired",
  request: { params: cpParam },
  responses: answers,
});
const change = createRoute({
  method: "patch",
  path: "/v1/sites/{siteId}/charge-points/{cpId}",
  tags,
  summary: "Names a charge point; null: as its hub does",
  request: { params: cpParam, body: body(z.strictObject({ name: z.string().trim().min(1).max(60).nullable() })) },
  responses: answers,
});
const retire = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/charge-points/{cpId}/retire",
  tags,
  summary: "Retires a charge point: drivers are not shown it, cannot start it, and cannot book it any more",
  description:
    "What was sold stays sold, or its drivers are offered something else (`reschedule`). 409 `in_use` while a session runs on it of which something was heard within a week, 409 `bookings_affected` where there are more bookings than `bookings` says.",
  request: {
    params: cpParam,
    body: body(
      z.strictObject({
        bookings: count.openapi({ description: "As read before: how many bookings this meets." }),
        reschedule: z.boolean().default(false),
      }),
    ),
  },
  responses: answers,
});
const restore = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/charge-points/{cpId}/restore",
  tags,
  summary: "Takes a retired charge point into service again",
  request: { params: cpParam },
  responses: answers,
});

/** Charge points as their owners call and keep them. */
export function chargePointRoutes({ db, wake, now }: Deps) {
  /** Makes a change under the site's lock, notes who made it, and gives what came of it. */
  async function make(
    actorId: string,
    id: ChargePointId,
    what: { action: string; data?: Record<string, unknown>; run: (trx: Transaction<Database>) => Promise<void> },
  ) {
    const { siteId, cpId } = id;
    const { action, data = {}, run } = what;
    await requireSite(db, actorId, siteId, "change");
    const hubId = await db.transaction().execute(async (trx) => {
      await lockBook(trx, siteId);
      await lockSite(trx, siteId);
      await run(trx);
      await audit(trx, { now: now(), actorId, action, subject: `chargePoint:${cpId}`, siteId, data });
      // Its blocks are the hub's to keep to as well.
      return action === "chargePoint.named" ? undefined : tellBookable(trx, siteId, now());
    });
    wake.tell(`site:${siteId}`, ...(hubId ? [`feed:${hubId}` as const] : []));
    return readChargePoint(db, id, now());
  }

  return createRouter()
    .openapi(read, async (c) => {
      const id = c.req.valid("param");
      await requireSite(db, c.get("user").id, id.siteId, "look");
      return c.json(await readChargePoint(db, id, now()), 200);
    })
    .openapi(change, async (c) => {
      const id = c.req.valid("param");
      const { name } = c.req.valid("json");
      const run = (trx: Transaction<Database>) => nameChargePoint(trx, id, name);
      return c.json(await make(c.get("user").id, id, { action: "chargePoint.named", data: { name }, run }), 200);
    })
    .openapi(retire, async (c) => {
      const id = c.req.valid("param");
      const data = c.req.valid("json");
      const run = (trx: Transaction<Database>) => retireChargePoint(trx, id, { ...data, now: now() });
      return c.json(await make(c.get("user").id, id, { action: "chargePoint.retired", data, run }), 200);
    })
    .openapi(restore, async (c) => {
      const id = c.req.valid("param");
      const run = (trx: Transaction<Database>) => restoreChargePoint(trx, id);
      return c.json(await make(c.get("user").id, id, { action: "chargePoint.restored", run }), 200);
    });
}
