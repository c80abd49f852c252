import type { Kysely, Transaction } from "kysely";
import { AppError } from "../../shared/error";
import type { Database } from "../db/schema";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { countHit } from "../http/rate-limit";
import { send } from "../jobs/send";
import { accountMailJob } from "./mails";
import { personOf } from "./person";

const INVITATION_MS = 7 * 86_400_000;
/** Of one inviter. */
const INVITATIONS = { hits: 30, windowMs: 24 * 3_600_000 };
/** Waiting at a time, of one organisation or family. */
const MAX_WAITING = 50;

type Group = { organizationId: string; role: string } | { familyId: string };

/** Invites an address to a group by mail; once more where it was invited before. The answer does not depend on whether it has an account. */
export async function invite(
  { db, now, newId, publicUrl }: Pick<Deps, "db" | "now" | "newId" | "publicUrl">,
  inviter: { id: string; name: string },
  email: string,
  group: Group & { name: string },
): Promise<string> {
  await countHit(db, `invitations:${inviter.id}`, INVITATIONS, now());
  const { language } = await personOf(db, inviter.id);
  return db.transaction().execute(async (tx) => {
    const to = email.toLowerCase();
    const organizationId = "organizationId" in group ? group.organizationId : null;
    const familyId = "familyId" in group ? group.familyId : null;
    const role = "role" in group ? group.role : null;
    await lockGroup(tx, { organizationId, familyId });
    const waiting = tx
      .selectFrom("invitations")
      .select("id")
      .where(({ eb, or }) => or([eb("organization_id", "=", organizationId), eb("family_id", "=", familyId)]));
    await waiting.where("email", "=", to).forUpdate().execute();
    await tx
      .deleteFrom("invitations")
      .where("id", "in", waiting.where("email", "=", to))
      .execute();
    if ((await waiting.execute()).length >= MAX_WAITING) {
      throw new AppError("too_many_invitations", `At most ${MAX_WAITING} invitations wait at a time.`, { status: 409 });
    }
    const id = newId();
    const times = { created_at: new Date(now()), expires_at: new Date(now() + INVITATION_MS) };
    const row = { id, organization_id: organizationId, role, family_id: familyId, email: to, inviter_id: inviter.id };
    await tx
      .insertInto("invitations")
      .values({ ...row, ...times })
      .execute();
    const url = `${publicUrl}/account`;
    const mail = { kind: "invitation" as const, inviter: inviter.name, group: group.name, url };
    await send(tx, accountMailJob, { id, to, language, mail });
    return id;
  });
}

/** Locks an organisation or a family: who is invited and who joins it comes one after the other. */
export async function lockGroup(
  tx: Transaction<Database>,
  { organizationId, familyId }: { organizationId: string | null; familyId: string | null },
): Promise<void> {
  await tx.selectFrom("auth.organization").select("id").where("id", "=", organizationId).forUpdate().execute();
  await tx.selectFrom("families").select("id").where("id", "=", familyId).forUpdate().execute();
}

/** Invitations of a group that still wait, the newest first. */
export async function waitingInvitations(
  db: Kysely<Database>,
  of: { organizationId: string } | { familyId: string },
  now: number,
) {
  const rows = await db
    .selectFrom("invitations")
    .select(["id", "email", "role", "expires_at"])
    .$if("organizationId" in of, (query) =>
      query.where("organization_id", "=", (of as { organizationId: string }).organizationId),
    )
    .$if("familyId" in of, (query) => query.where("family_id", "=", (of as { familyId: string }).familyId))
    .where("expires_at", ">", new Date(now))
    .orderBy("created_at", "desc")
    .execute();
  return rows.map(({ id, email, role, expires_at }) => ({ id, email, role, expiresAt: expires_at.toISOString() }));
}

/** Takes an invitation out, for whom it is for. Throws AppError `not_found`, also for another's and an old one, and `not_verified` (403). */
export async function takeInvitation(
  tx: Kysely<Database>,
  { verifyEmails, now }: Pick<Deps, "verifyEmails" | "now">,
  userId: string,
  id: string,
) {
  const { email, emailVerified } = await personOf(tx, userId);
  const row = await tx
    .deleteFrom("invitations")
    .where("id", "=", id)
    .where("email", "=", email.toLowerCase())
    .where("expires_at", ">", new Date(now()))
    .returningAll()
    .executeTakeFirst();
  if (!row) throw notFound("invitation");
  if (verifyEmails && !emailVerified) {
    throw new AppError("not_verified", "Verify your e-mail address first.", { status: 403 });
  }
  return row;
}
