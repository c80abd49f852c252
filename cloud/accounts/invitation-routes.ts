import { createRoute, z } from "@hono/zod-openapi";
import type { Transaction } from "kysely";
import { AppError } from "../../shared/error";
import { audit } from "../admin/audit";
import type { Database } from "../db/schema";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { body, createRouter, failures, json } from "../http/router";
import { joinFamily } from "./family";
import { lockGroup, takeInvitation } from "./invitations";
import { requireRoom } from "./organization";

const idParam = z.object({ id: z.uuid() });
const done = { 204: { description: "Done." }, ...failures };

const list = createRoute({
  method: "get",
  path: "/v1/me/invitations",
  tags: ["accounts"],
  summary: "Invitations to organisations and families that wait for an answer",
  responses: {
    200: json(
      "Invitations to the signed-in person's address.",
      z.object({
        invitations: z.array(
          z.object({
            id: z.string(),
            kind: z.enum(["organization", "family"]),
            name: z.string(),
            role: z.string().nullable(),
            inviter: z.string(),
            expiresAt: z.string(),
          }),
        ),
      }),
    ),
    ...failures,
  },
});
const answer = createRoute({
  method: "post",
  path: "/v1/me/invitations/{id}",
  tags: ["accounts"],
  summary: "Accepts or declines",
  request: { params: idParam, body: body(z.strictObject({ accept: z.boolean() })) },
  responses: done,
});

/** Invitations, as the one who is invited sees them. */
export function invitationRoutes(deps: Deps) {
  const { db, now, newId } = deps;
  return createRouter()
    .openapi(list, async (c) => {
      const rows = await db
        .selectFrom("invitations as i")
        .innerJoin("auth.user as me", (join) => join.on("me.id", "=", c.get("user").id))
        .innerJoin("auth.user as inviter", "inviter.id", "i.inviter_id")
        .leftJoin("auth.organization as o", "o.id", "i.organization_id")
        .leftJoin("families as f", "f.id", "i.family_id")
        .select(["i.id", "i.role", "i.expires_at", "inviter.name as inviter", "o.name as organization"])
        .select("f.name as family")
        .where("i.email", "=", ({ fn }) => fn<string>("lower", ["me.email"]))
        .where("i.expires_at", ">", new Date(now()))
        .orderBy("i.created_at", "desc")
        .execute();
      const invitations = rows.map(({ id, role, expires_at, inviter, organization, family }) => ({
        id,
        kind: organization === null ? ("family" as const) : ("organization" as const),
        name: organization ?? family ?? "",
        role,
        inviter,
        expiresAt: expires_at.toISOString(),
      }));
      return c.json({ invitations }, 200);
    })
    .openapi(answer, async (c) => {
      const { id: userId } = c.get("user");
      const { accept } = c.req.valid("json");
      await db.transaction().execute(async (tx) => {
        const { id } = c.req.valid("param");
        const group = await tx
          .selectFrom("invitations")
          .select(["organization_id as organizationId", "family_id as familyId"])
          .where("id", "=", id)
          .executeTakeFirst();
        if (group) await lockGroup(tx, group);
        const { organization_id, role, family_id, inviter_id } = await takeInvitation(tx, deps, userId, id);
        if (!accept) return;
        if (family_id !== null) return joinFamily(tx, userId, family_id, now());
        const member = { organizationId: organization_id as string, role: role as string };
        await requireInviter(tx, inviter_id, member);
        await requireRoom(tx, member.organizationId);
        const joined = await tx
          .insertInto("auth.member")
          .values({ id: newId(), userId, createdAt: new Date(now()), ...member })
          .onConflict((conflict) => conflict.doNothing())
          .returning("id")
          .executeTakeFirst();
        if (!joined) throw new AppError("already_member", "You belong to this organisation already.", { status: 409 });
        const subject = `organization:${member.organizationId}`;
        const data = { role: member.role };
        await audit(tx, { now: now(), actorId: userId, action: "organization.joined", subject, data });
      });
      return c.body(null, 204);
    });
}

/** Whoever has left, or may not invite to that role any more, has invited nobody. Throws AppError `not_found`. */
async function requireInviter(
  tx: Transaction<Database>,
  inviterId: string,
  { organizationId, role }: { organizationId: string; role: string },
): Promise<void> {
  const inviter = await tx
    .selectFrom("auth.member")
    .select("role")
    .where("organizationId", "=", organizationId)
    .where("userId", "=", inviterId)
    .executeTakeFirst();
  const mayInvite = inviter?.role === "owner" || (inviter?.role === "admin" && role !== "owner");
  if (!mayInvite) throw notFound("invitation");
}
