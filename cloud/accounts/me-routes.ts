import { createRoute, z } from "@hono/zod-openapi";
import { timeZoneSchema } from "../../shared/schema";
import type { Deps } from "../deps";
import { clientNetwork } from "../http/client-address";
import { countHit } from "../http/rate-limit";
import { body, createRouter, failures, json } from "../http/router";
import { MAX_NAME } from "./auth";
import { deleteAccount } from "./deletion";
import { exportOf } from "./export";
import { languages } from "./mails";
import { savePerson, personOf } from "./person";
import { askForPhone, verifyPhone } from "./phone";

const userSchema = z.object({
  id: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  name: z.string(),
  language: z.enum(languages),
  timeZone: z.string(),
  phone: z.string().nullable().openapi({ description: "E.164, verified" }),
  premiumUntil: z.string().nullable(),
  isAdmin: z.boolean(),
});
const meSchema = z.object({
  user: userSchema,
  organizations: z.array(z.object({ organizationId: z.string(), name: z.string(), role: z.string() })),
});
/** Of one person: it reads every table. */
const EXPORTS = { hits: 5, windowMs: 60 * 60_000 };
const done = { 204: { description: "Done." }, ...failures };

const me = createRoute({
  method: "get",
  path: "/v1/me",
  tags: ["accounts"],
  summary: "Who is signed in, and the organisations they belong to",
  responses: { 200: json("The user.", meSchema), ...failures },
});
const change = createRoute({
  method: "patch",
  path: "/v1/me",
  tags: ["accounts"],
  summary: "Changes name, language or time zone",
  request: {
    body: body(
      z.strictObject({
        name: z.string().trim().min(1).max(MAX_NAME).optional(),
        language: z.enum(languages).optional(),
        timeZone: timeZoneSchema.optional(),
      }),
    ),
  },
  responses: { 200: json("The user.", meSchema), ...failures },
});
const phone = createRoute({
  method: "post",
  path: "/v1/me/phone",
  tags: ["accounts"],
  summary: "Sends a code by SMS; the number is used once the code has come back",
  request: {
    body: body(
      z.strictObject({ phone: z.string().regex(/^\+[1-9]\d{6,14}$/, "a number as +491701234567 is expected") }),
    ),
  },
  responses: done,
});
const phoneCode = createRoute({
  method: "post",
  path: "/v1/me/phone/verify",
  tags: ["accounts"],
  summary: "Takes the number into use by its code",
  request: { body: body(z.strictObject({ code: z.string().regex(/^\d{6}$/, "six digits are expected") })) },
  responses: done,
});
const noPhone = createRoute({
  method: "delete",
  path: "/v1/me/phone",
  tags: ["accounts"],
  summary: "Forgets the number",
  responses: done,
});
const exported = createRoute({
  method: "get",
  path: "/v1/me/export",
  tags: ["accounts"],
  summary: "Everything that this cloud has of the signed-in person",
  responses: { 200: json("A file to keep.", z.record(z.string(), z.unknown())), ...failures },
});
const deletion = createRoute({
  method: "post",
  path: "/v1/me/delete",
  tags: ["accounts"],
  summary: "Deletes the account: what has to stay, such as bills and charging sessions, stays without a name",
  description:
    "Refused (409) while a charge runs or a booking is open, while something is owed, and for an organisation's or a family's last owner.",
  request: { body: body(z.strictObject({ password: z.string().max(200) })) },
  responses: done,
});

/** A person's own account. */
export function meRoutes(deps: Deps) {
  const { db, now, trustProxy } = deps;
  const view = async (userId: string): Promise<z.infer<typeof meSchema>> => {
    const person = await personOf(db, userId);
    const rows = await db
      .selectFrom("auth.member")
      .innerJoin("auth.organization", "auth.organization.id", "auth.member.organizationId")
      .select(["auth.organization.id", "auth.organization.name", "auth.member.role"])
      .where("auth.member.userId", "=", userId)
      .orderBy("auth.member.createdAt")
      .execute();
    return {
      user: {
        id: userId,
        email: person.email,
        emailVerified: person.emailVerified,
        name: person.name,
        language: person.language,
        timeZone: person.time_zone,
        phone: person.phone_verified_at ? person.phone : null,
        premiumUntil: person.premium_until?.toISOString() ?? null,
        isAdmin: person.is_admin,
      },
      organizations: rows.map((row) => ({ organizationId: row.id, name: row.name, role: row.role })),
    };
  };

  return createRouter()
    .openapi(me, async (c) => c.json(await view(c.get("user").id), 200))
    .openapi(change, async (c) => {
      const { name, language, timeZone } = c.req.valid("json");
      const { id } = c.get("user");
      await db.transaction().execute(async (tx) => {
        if (name !== undefined) {
          await tx
            .updateTable("auth.user")
            .set({ name, updatedAt: new Date(now()) })
            .where("id", "=", id)
            .execute();
        }
        const changes = { ...(language ? { language } : {}), ...(timeZone ? { time_zone: timeZone } : {}) };
        await savePerson(tx, id, changes);
      });
      return c.json(await view(id), 200);
    })
    .openapi(phone, async (c) => {
      const address = clientNetwork(c, trustProxy);
      await askForPhone(deps, c.get("user").id, c.req.valid("json").phone, address);
      return c.body(null, 204);
    })
    .openapi(phoneCode, async (c) => {
      await verifyPhone(deps, c.get("user").id, c.req.valid("json").code);
      return c.body(null, 204);
    })
    .openapi(noPhone, async (c) => {
      await savePerson(db, c.get("user").id, { phone: null, phone_verified_at: null });
      return c.body(null, 204);
    })
    .openapi(exported, async (c) => {
      await countHit(db, `export:${c.get("user").id}`, EXPORTS, now());
      c.header("Content-Disposition", 'attachment; filename="hitchpost-export.json"');
      return c.json(await exportOf(db, c.get("user").id), 200);
    })
    .openapi(deletion, async (c) => {
      await deleteAccount(deps, c.get("user"), c.req.valid("json").password);
      return c.body(null, 204);
    });
}
