import { createRoute, z } from "@hono/zod-openapi";
import type { Selectable } from "kysely";
import { AppError } from "../../shared/error";
import { connectorTypes } from "../../shared/connector-types";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { body, createRouter, failures, json } from "../http/router";
import { relativesOf } from "./family";
import type { VehicleTable } from "./tables";

const MAX_VEHICLES = 50;
const power = z.number().int().min(100).max(2_000_000).nullable();
const text = z.string().trim().max(60);

const vehicleSchema = z.strictObject({
  name: text.min(1),
  make: text,
  model: text,
  batteryWh: z.number().int().min(1000).max(2_000_000).nullable().openapi({ description: "Usable battery, Wh" }),
  connectors: z.array(z.enum(connectorTypes)).max(10).openapi({ description: "OCPI 2.2.1 ConnectorType" }),
  maxAcW: power.openapi({ description: "Most that it takes of AC, W" }),
  maxDcW: power.openapi({ description: "Most that it takes of DC, W" }),
});
const ownedSchema = vehicleSchema.extend({ id: z.string(), userId: z.string(), isMine: z.boolean() });
const idParam = z.object({ id: z.uuid() });

const list = createRoute({
  method: "get",
  path: "/v1/vehicles",
  tags: ["accounts"],
  summary: "The signed-in person's vehicles and those of their family",
  responses: { 200: json("Vehicles.", z.object({ vehicles: z.array(ownedSchema) })), ...failures },
});
const add = createRoute({
  method: "post",
  path: "/v1/vehicles",
  tags: ["accounts"],
  summary: "Adds a vehicle",
  request: { body: body(vehicleSchema) },
  responses: { 201: json("The vehicle.", ownedSchema), ...failures },
});
const change = createRoute({
  method: "put",
  path: "/v1/vehicles/{id}",
  tags: ["accounts"],
  summary: "Changes one's own vehicle",
  request: { params: idParam, body: body(vehicleSchema) },
  responses: { 200: json("The vehicle.", ownedSchema), ...failures },
});
const remove = createRoute({
  method: "delete",
  path: "/v1/vehicles/{id}",
  tags: ["accounts"],
  summary: "Removes one's own vehicle",
  request: { params: idParam },
  responses: { 204: { description: "It is gone." }, ...failures },
});

/** Vehicles: whoever shares the family sees them, only their owner changes them. */
export function vehicleRoutes({ db, now, newId }: Deps) {
  return createRouter()
    .openapi(list, async (c) => {
      const { id: userId } = c.get("user");
      const rows = await db
        .selectFrom("vehicles")
        .selectAll()
        .where("user_id", "in", await relativesOf(db, userId))
        .orderBy("created_at")
        .orderBy("id")
        .execute();
      return c.json({ vehicles: rows.map((row) => view(row, userId)) }, 200);
    })
    .openapi(add, async (c) => {
      const { id: userId } = c.get("user");
      const row = await db.transaction().execute(async (tx) => {
        await tx.selectFrom("auth.user").select("id").where("id", "=", userId).forUpdate().execute();
        const known = await tx.selectFrom("vehicles").select("id").where("user_id", "=", userId).execute();
        if (known.length >= MAX_VEHICLES) {
          throw new AppError("too_many_vehicles", `At most ${MAX_VEHICLES} vehicles.`, { status: 409 });
        }
        return tx
          .insertInto("vehicles")
          .values({ id: newId(), user_id: userId, created_at: new Date(now()), ...columns(c.req.valid("json")) })
          .returningAll()
          .executeTakeFirstOrThrow();
      });
      return c.json(view(row, userId), 201);
    })
    .openapi(change, async (c) => {
      const { id: userId } = c.get("user");
      const row = await db
        .updateTable("vehicles")
        .set(columns(c.req.valid("json")))
        .where("id", "=", c.req.valid("param").id)
        .where("user_id", "=", userId)
        .returningAll()
        .executeTakeFirst();
      if (!row) throw notFound("vehicle");
      return c.json(view(row, userId), 200);
    })
    .openapi(remove, async (c) => {
      const { numDeletedRows } = await db
        .deleteFrom("vehicles")
        .where("id", "=", c.req.valid("param").id)
        .where("user_id", "=", c.get("user").id)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw notFound("vehicle");
      return c.body(null, 204);
    });
}

function columns({ name, make, model, batteryWh, connectors, maxAcW, maxDcW }: z.infer<typeof vehicleSchema>) {
  return { name, make, model, battery_wh: batteryWh, connectors, max_ac_w: maxAcW, max_dc_w: maxDcW };
}

function view(row: Selectable<VehicleTable>, userId: string): z.infer<typeof ownedSchema> {
  const { id, name, make, model } = row;
  const connectors = row.connectors as z.infer<typeof vehicleSchema>["connectors"];
  const numbers = { batteryWh: row.battery_wh, maxAcW: row.max_ac_w, maxDcW: row.max_dc_w };
  return { id, userId: row.user_id, isMine: row.user_id === userId, name, make, model, connectors, ...numbers };
}
