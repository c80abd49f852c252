import { createRoute, z } from "@hono/zod-openapi";
import { NoResultError } from "kysely";
import { AppError } from "../../shared/error";
import { instantSchema } from "../../shared/schema";
import { lockAdmins } from "../accounts/admins";
import { personOf, savePerson } from "../accounts/person";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { newestFirst, pageAnswer, pageOf, pageQuery } from "../http/page";
import { body, createRouter, failures, json } from "../http/router";
import { audit } from "./audit";

const userSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  emailVerified: z.boolean(),
  createdAt: z.string(),
  isAdmin: z.boolean(),
  premiumUntil: z.string().nullable(),
  blocked: z.boolean(),
  deleted: z.boolean(),
});
export type AdminUser = z.infer<typeof userSchema>;
const entrySchema = z.object({
  id: z.number(),
  at: z.string(),
  actorId: z.string().nullable(),
  actorName: z.string().nullable().openapi({ description: "null: nobody, or somebody who has left." }),
  action: z.string(),
  subject: z.string(),
  siteId: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
});
export type LogEntry = z.infer<typeof entrySchema>;
const userParam = z.object({ userId: z.string().max(64) });

const users = createRoute({
  method: "get",
  path: "/v1/admin/users",
  tags: ["admin"],
  summary: "People, the newest first; `q` is a part of name or e-mail address",
  request: { query: pageQuery.extend({ q: z.string().max(100).optional() }) },
  responses: {
    200: pageAnswer("users", userSchema),
    ...failures,
  },
});
const user = createRoute({
  method: "get",
  path: "/v1/admin/users/{userId}",
  tags: ["admin"],
  summary: "One person",
  request: { params: userParam },
  responses: { 200: json("The person.", userSchema), ...failures },
});
const change = createRoute({
  method: "patch",
  path: "/v1/admin/users/{userId}",
  tags: ["admin"],
  summary: "Premium until a date, blocked or not, admin or not; verifies an e-mail address by hand",
  description: "Nobody blocks or demotes themselves, so an admin is always left. Whoever is blocked is signed out.",
  request: {
    params: userParam,
    body: body(
      z.strictObject({
        premiumUntil: instantSchema.nullable().optional(),
        blocked: z.boolean().optional(),
        isAdmin: z.boolean().optional(),
        emailVerified: z.literal(true).optional(),
        reason: z
          .string()
          .trim()
          .min(1)
          .max(500)
          .optional()
          .openapi({ description: "Kept in the audit log; needed to block somebody" }),
      }),
    ),
  },
  responses: { 200: json("The person.", userSchema), ...failures },
});
const log = createRoute({
  method: "get",
  path: "/v1/admin/audit",
  tags: ["admin"],
  summary: "Who changed what, the newest first",
  request: {
    query: z.object({
      limit: pageQuery.shape.limit,
      before: z.coerce.number().int().min(1).optional().openapi({ description: "Entries with a smaller id" }),
      subject: z.string().max(200).optional().openapi({ description: "Such as user:0190..." }),
    }),
  },
  responses: {
    200: json(
      "A page; ask for those `before` its last id for the next one.",
      z.object({ entries: z.array(entrySchema) }),
    ),
    ...failures,
  },
});

/** What admins of the platform see and change of its people. */
export function adminRoutes({ db, now }: Deps) {
  const view = async (userId: string): Promise<z.infer<typeof userSchema>> => {
    const row = await personOf(db, userId).catch((error: unknown) => {
      throw error instanceof NoResultError ? notFound("user") : error;
    });
    return {
      id: row.id,
      email: row.email,
      name: row.name,
      emailVerified: row.emailVerified,
      createdAt: row.createdAt.toISOString(),
      isAdmin: row.is_admin,
      premiumUntil: row.premium_until?.toISOString() ?? null,
      blocked: row.blocked_at !== null,
      deleted: row.deleted_at !== null,
    };
  };

  return createRouter()
    .openapi(users, async (c) => {
      const { q, ...paging } = c.req.valid("query");
      const part = `%${(q ?? "").replace(/[\\%_]/g, "\\$&")}%`;
      const rows = await db
        .selectFrom("auth.user")
        .select(["id", "createdAt"])
        .$if(q !== undefined, (query) =>
          query.where(({ or, eb }) => or([eb("name", "ilike", part), eb("email", "ilike", part)])),
        )
        .$call(newestFirst("createdAt", "id", paging))
        .execute();
      const { page, nextCursor } = pageOf(rows, paging, (row) => [row.createdAt, row.id]);
      return c.json({ users: await Promise.all(page.map(({ id }) => view(id))), nextCursor }, 200);
    })
    .openapi(user, async (c) => c.json(await view(c.req.valid("param").userId), 200))
    .openapi(change, async (c) => {
      const { userId } = c.req.valid("param");
      const actorId = c.get("user").id;
      const { reason, ...changes } = c.req.valid("json");
      const { premiumUntil, blocked, isAdmin, emailVerified } = changes;
      if (userId === actorId && (blocked === true || isAdmin === false)) {
        throw new AppError("not_yourself", "Another admin has to do this.", { status: 409 });
      }
      if (blocked && reason === undefined) throw new AppError("invalid", "reason: say why", { status: 400 });
      await view(userId);
      await db.transaction().execute(async (tx) => {
        if (blocked === true || isAdmin === false) await lockAdmins(tx, actorId);
        await savePerson(tx, userId, {
          ...(premiumUntil === undefined ? {} : { premium_until: premiumUntil && new Date(premiumUntil) }),
          ...(blocked === undefined ? {} : { blocked_at: blocked ? new Date(now()) : null }),
          ...(isAdmin === undefined ? {} : { is_admin: isAdmin }),
        });
        if (emailVerified) {
          await tx.updateTable("auth.user").set({ emailVerified }).where("id", "=", userId).execute();
        }
        if (blocked) await tx.deleteFrom("auth.session").where("userId", "=", userId).execute();
        const data = { ...changes, ...(reason === undefined ? {} : { reason }) };
        await audit(tx, { now: now(), actorId, action: "user.changed", subject: `user:${userId}`, data });
      });
      return c.json(await view(userId), 200);
    })
    .openapi(log, async (c) => {
      const { limit, before, subject } = c.req.valid("query");
      const rows = await db
        .selectFrom("audit_log as l")
        .leftJoin("auth.user as u", "u.id", "l.actor_id")
        .selectAll("l")
        .select("u.name as actor_name")
        .$if(before !== undefined, (query) => query.where("l.id", "<", before as number))
        .$if(subject !== undefined, (query) => query.where("l.subject", "=", subject as string))
        .orderBy("l.id", "desc")
        .limit(limit)
        .execute();
      const entries = rows.map((row) => ({
        id: row.id,
        at: row.at.toISOString(),
        actorId: row.actor_id,
        actorName: row.actor_name,
        action: row.action,
        subject: row.subject,
        siteId: row.site_id,
        data: row.data,
      }));
      return c.json({ entries }, 200);
    });
}
