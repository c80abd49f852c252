import { createRoute, z } from "@hono/zod-openapi";
import type { Transaction } from "kysely";
import { AppError } from "../../shared/error";
import { audit } from "../admin/audit";
import type { Database } from "../db/schema";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { body, createRouter, failures, json } from "../http/router";
import { requireOrganization } from "./access";
import { invite, waitingInvitations } from "./invitations";
import { requireRoom } from "./organization";

/** `owner`: everything; `admin`: all but owners; `installer`: sets hubs and chargers up; `member`: looks. */
const roles = ["owner", "admin", "installer", "member"] as const;
const role = z.enum(roles);

const orgParam = z.object({ organizationId: z.string().max(64) });
const memberParam = orgParam.extend({ userId: z.string().max(64) });
const done = { 204: { description: "Done." }, ...failures };

const read = createRoute({
  method: "get",
  path: "/v1/organizations/{organizationId}",
  tags: ["accounts"],
  summary: "An organisation with its members",
  request: { params: orgParam },
  responses: {
    200: json(
      "Invitations are shown to owners and admins.",
      z.object({
        organizationId: z.string(),
        name: z.string(),
        role: z.string(),
        members: z.array(z.object({ userId: z.string(), name: z.string(), email: z.string(), role: z.string() })),
        invitations: z.array(
          z.object({ id: z.string(), email: z.string(), role: z.string().nullable(), expiresAt: z.string() }),
        ),
      }),
    ),
    ...failures,
  },
});
const rename = createRoute({
  method: "patch",
  path: "/v1/organizations/{organizationId}",
  tags: ["accounts"],
  summary: "Renames an organisation",
  request: { params: orgParam, body: body(z.strictObject({ name: z.string().trim().min(1).max(100) })) },
  responses: done,
});
const inviting = createRoute({
  method: "post",
  path: "/v1/organizations/{organizationId}/invitations",
  tags: ["accounts"],
  summary: "Invites somebody by e-mail, for a week; only owners make owners",
  request: { params: orgParam, body: body(z.strictObject({ email: z.email().max(254), role })) },
  responses: { 201: json("It waits for an answer.", z.object({ id: z.string() })), ...failures },
});
const withdraw = createRoute({
  method: "delete",
  path: "/v1/organizations/{organizationId}/invitations/{id}",
  tags: ["accounts"],
  summary: "Withdraws an invitation",
  request: { params: orgParam.extend({ id: z.uuid() }) },
  responses: done,
});
const changeRole = createRoute({
  method: "patch",
  path: "/v1/organizations/{organizationId}/members/{userId}",
  tags: ["accounts"],
  summary: "Changes a member's role; the last owner stays one",
  request: { params: memberParam, body: body(z.strictObject({ role })) },
  responses: done,
});
const remove = createRoute({
  method: "delete",
  path: "/v1/organizations/{organizationId}/members/{userId}",
  tags: ["accounts"],
  summary: "Removes a member, or leaves; the last owner stays",
  request: { params: memberParam },
  responses: done,
});

/** An owner's organisation: who belongs to it, and as what. Another's is answered like one that does not exist. */
export function organizationRoutes(deps: Deps) {
  const { db, now } = deps;
  /** The member and the rights of who acts, with the organisation locked: changes of members come one after the other. */
  async function lockMember(tx: Transaction<Database>, organizationId: string, userId: string, actorId: string) {
    await tx.selectFrom("auth.organization").select("id").where("id", "=", organizationId).forUpdate().execute();
    const need = userId === actorId ? "look" : "change";
    const own = await requireOrganization(tx, actorId, organizationId, need);
    const members = await tx
      .selectFrom("auth.member")
      .select(["userId", "role"])
      .where("organizationId", "=", organizationId)
      .execute();
    const member = members.find((each) => each.userId === userId);
    if (!member) throw notFound("member");
    const owners = members.filter((each) => each.role === "owner").length;
    return { member, own, owners };
  }

  const lastOwner = () =>
    new AppError("last_owner", "An organisation has at least one owner. Make another one first.", { status: 409 });
  const onlyOwners = () => new AppError("forbidden", "Only an owner may do this to owners.", { status: 403 });

  return createRouter()
    .openapi(read, async (c) => {
      const { organizationId } = c.req.valid("param");
      const own = await requireOrganization(db, c.get("user").id, organizationId, "look");
      const members = await db
        .selectFrom("auth.member as m")
        .innerJoin("auth.user as u", "u.id", "m.userId")
        .select(["u.id as userId", "u.name", "u.email", "m.role"])
        .where("m.organizationId", "=", organizationId)
        .orderBy("m.createdAt")
        .execute();
      const sees = own.role === "owner" || own.role === "admin";
      const invitations = sees ? await waitingInvitations(db, { organizationId }, now()) : [];
      return c.json({ organizationId, name: own.name, role: own.role, members, invitations }, 200);
    })
    .openapi(rename, async (c) => {
      const { organizationId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "change");
      const { name } = c.req.valid("json");
      await db.updateTable("auth.organization").set({ name }).where("id", "=", organizationId).execute();
      return c.body(null, 204);
    })
    .openapi(inviting, async (c) => {
      const { organizationId } = c.req.valid("param");
      const { email, role: wanted } = c.req.valid("json");
      const own = await requireOrganization(db, c.get("user").id, organizationId, "change");
      if (wanted === "owner" && own.role !== "owner") throw onlyOwners();
      const members = await db
        .selectFrom("auth.member as m")
        .innerJoin("auth.user as u", "u.id", "m.userId")
        .select("u.email")
        .where("m.organizationId", "=", organizationId)
        .execute();
      if (members.some((each) => each.email === email.toLowerCase())) {
        throw new AppError("already_member", "They belong to this organisation already.", { status: 409 });
      }
      await requireRoom(db, organizationId);
      const group = { organizationId, role: wanted, name: own.name };
      return c.json({ id: await invite(deps, c.get("user"), email, group) }, 201);
    })
    .openapi(withdraw, async (c) => {
      const { organizationId, id } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "change");
      const { numDeletedRows } = await db
        .deleteFrom("invitations")
        .where("id", "=", id)
        .where("organization_id", "=", organizationId)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw notFound("invitation");
      return c.body(null, 204);
    })
    .openapi(changeRole, async (c) => {
      const { organizationId, userId } = c.req.valid("param");
      const { role: wanted } = c.req.valid("json");
      const actorId = c.get("user").id;
      await db.transaction().execute(async (tx) => {
        const { member, own, owners } = await lockMember(tx, organizationId, userId, actorId);
        if (own.role !== "owner" && own.role !== "admin") {
          throw new AppError("forbidden", "Only owners and admins change roles.", { status: 403 });
        }
        if (own.role !== "owner" && (wanted === "owner" || member.role === "owner")) throw onlyOwners();
        if (member.role === "owner" && wanted !== "owner" && owners === 1) throw lastOwner();
        await tx
          .updateTable("auth.member")
          .set({ role: wanted })
          .where("organizationId", "=", organizationId)
          .where("userId", "=", userId)
          .execute();
        const data = { userId, from: member.role, to: wanted };
        const subject = `organization:${organizationId}`;
        await audit(tx, { now: now(), actorId, action: "organization.role", subject, data });
      });
      return c.body(null, 204);
    })
    .openapi(remove, async (c) => {
      const { organizationId, userId } = c.req.valid("param");
      const actorId = c.get("user").id;
      await db.transaction().execute(async (tx) => {
        const { member, own, owners } = await lockMember(tx, organizationId, userId, actorId);
        if (member.role === "owner" && own.role !== "owner") throw onlyOwners();
        if (member.role === "owner" && owners === 1) throw lastOwner();
        await tx
          .deleteFrom("auth.member")
          .where("organizationId", "=", organizationId)
          .where("userId", "=", userId)
          .execute();
        const subject = `organization:${organizationId}`;
        await audit(tx, { now: now(), actorId, action: "organization.left", subject, data: { userId } });
      });
      return c.body(null, 204);
    });
}
