import { createRoute, z } from "@hono/zod-openapi";
import { audit } from "../admin/audit";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { body, createRouter, failures, json } from "../http/router";
import { familyOf, requireNoFamily } from "./family";
import { invite, waitingInvitations } from "./invitations";

const person = z.object({ userId: z.string(), name: z.string() });
const invitation = z.object({ id: z.string(), email: z.string(), expiresAt: z.string() });
const name = z.string().trim().min(1).max(100);
const done = { 204: { description: "Done." }, ...failures };

const read = createRoute({
  method: "get",
  path: "/v1/family",
  tags: ["accounts"],
  summary: "The signed-in person's family: who pays, who drives",
  responses: {
    200: json(
      "`family` is null for who has none; only the payer sees the invitations.",
      z.object({
        family: z
          .object({
            id: z.string(),
            name: z.string(),
            payer: person,
            drivers: z.array(person),
            invitations: z.array(invitation),
          })
          .nullable(),
      }),
    ),
    ...failures,
  },
});
const found = createRoute({
  method: "post",
  path: "/v1/family",
  tags: ["accounts"],
  summary: "Founds a family, whose bills one will pay",
  request: { body: body(z.strictObject({ name })) },
  responses: { 201: json("It has no other drivers yet.", z.object({ id: z.string() })), ...failures },
});
const end = createRoute({
  method: "delete",
  path: "/v1/family",
  tags: ["accounts"],
  summary: "Ends the family that one pays for",
  responses: done,
});
const inviting = createRoute({
  method: "post",
  path: "/v1/family/invitations",
  tags: ["accounts"],
  summary: "Invites a driver by e-mail, for a week",
  request: { body: body(z.strictObject({ email: z.email().max(254) })) },
  responses: { 201: json("It waits for an answer.", z.object({ id: z.string() })), ...failures },
});
const withdraw = createRoute({
  method: "delete",
  path: "/v1/family/invitations/{id}",
  tags: ["accounts"],
  summary: "Withdraws an invitation",
  request: { params: z.object({ id: z.uuid() }) },
  responses: done,
});
const remove = createRoute({
  method: "delete",
  path: "/v1/family/drivers/{userId}",
  tags: ["accounts"],
  summary: "Takes a driver out of the family: the payer anyone, drivers themselves",
  request: { params: z.object({ userId: z.string().max(64) }) },
  responses: done,
});

/** Families: one who pays, and drivers. */
export function familyRoutes(deps: Deps) {
  const { db, now, newId } = deps;
  /** The family that the user pays for. Throws AppError `not_found`. */
  async function paidBy(userId: string) {
    const family = await familyOf(db, userId);
    if (family?.payer_id !== userId) throw notFound("family of yours");
    return family;
  }

  return createRouter()
    .openapi(read, async (c) => {
      const { id: userId } = c.get("user");
      const family = await familyOf(db, userId);
      if (!family) return c.json({ family: null }, 200);
      const drivers = await db
        .selectFrom("family_members as m")
        .innerJoin("auth.user as u", "u.id", "m.user_id")
        .select(["u.id as userId", "u.name"])
        .where("m.family_id", "=", family.id)
        .orderBy("m.joined_at")
        .execute();
      const isPayer = family.payer_id === userId;
      const invitations = isPayer ? await waitingInvitations(db, { familyId: family.id }, now()) : [];
      const payer = { userId: family.payer_id, name: family.payer };
      return c.json({ family: { id: family.id, name: family.name, payer, drivers, invitations } }, 200);
    })
    .openapi(found, async (c) => {
      const { id: userId } = c.get("user");
      const id = newId();
      await db.transaction().execute(async (tx) => {
        await requireNoFamily(tx, userId);
        const row = { id, payer_id: userId, name: c.req.valid("json").name };
        await tx.insertInto("families").values(row).execute();
        await audit(tx, { now: now(), actorId: userId, action: "family.founded", subject: `family:${id}` });
      });
      return c.json({ id }, 201);
    })
    .openapi(end, async (c) => {
      const { id: userId } = c.get("user");
      const family = await paidBy(userId);
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom("families").where("id", "=", family.id).execute();
        await audit(tx, { now: now(), actorId: userId, action: "family.ended", subject: `family:${family.id}` });
      });
      return c.body(null, 204);
    })
    .openapi(inviting, async (c) => {
      const family = await paidBy(c.get("user").id);
      const group = { familyId: family.id, name: family.name };
      return c.json({ id: await invite(deps, c.get("user"), c.req.valid("json").email, group) }, 201);
    })
    .openapi(withdraw, async (c) => {
      const family = await paidBy(c.get("user").id);
      const { numDeletedRows } = await db
        .deleteFrom("invitations")
        .where("id", "=", c.req.valid("param").id)
        .where("family_id", "=", family.id)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw notFound("invitation");
      return c.body(null, 204);
    })
    .openapi(remove, async (c) => {
      const { id: actorId } = c.get("user");
      const { userId } = c.req.valid("param");
      const family = userId === actorId ? await familyOf(db, actorId) : await paidBy(actorId);
      await db.transaction().execute(async (tx) => {
        const { numDeletedRows } = await tx
          .deleteFrom("family_members")
          .where("user_id", "=", userId)
          .where("family_id", "=", family?.id ?? "")
          .executeTakeFirst();
        if (numDeletedRows === 0n) throw notFound("driver");
        const subject = `family:${family?.id}`;
        await audit(tx, { now: now(), actorId, action: "family.left", subject, data: { userId } });
      });
      return c.body(null, 204);
    });
}
