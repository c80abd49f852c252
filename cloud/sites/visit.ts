import { createHash, timingSafeEqual } from "node:crypto";
import type { Selectable } from "kysely";
import { sql } from "kysely";
import type { Span } from "../../shared/booking";
import { startOfSlot } from "../../shared/booking";
import { isOpenThroughout } from "../../shared/opening-hours";
import { AppError } from "../../shared/error";
import type { Db } from "../db/database";
import { notFound } from "../http/errors";
import type { PlaceTable } from "./tables";

/** Who may see a site, and who may book there. */

/** Someone at the door: signed in or not, with the token of a share link or without. */
export interface Visitor {
  userId: string | undefined;
  share: string | undefined;
}

type PlaceRow = Selectable<PlaceTable>;
interface Standing {
  /** Of the organisation. */
  member: boolean;
  /** Let in by a share link. */
  guest: boolean;
  /** Has a membership that holds here. */
  subscriber: boolean;
}

/** How share tokens are kept. */
export function hashShare(token: string): string {
  return createHash("sha256").update(`share:${token}`).digest("hex");
}

/** The link that a token opens; undefined: none that holds. */
export async function linkOf(db: Db, siteId: string, token: string, now: number): Promise<string | undefined> {
  const hash = hashShare(token);
  const row = await db
    .selectFrom("place_links")
    .select(["link_id", "token_hash"])
    .where("site_id", "=", siteId)
    .where("token_hash", "=", hash)
    .where("revoked_at", "is", null)
    .where(({ or, eb }) => or([eb("expires_at", "is", null), eb("expires_at", ">", new Date(now))]))
    .executeTakeFirst();
  return row && timingSafeEqual(Buffer.from(row.token_hash), Buffer.from(hash)) ? row.link_id : undefined;
}

/** What somebody is to a site, as to memberships at an instant (epoch ms). */
async function standingOf(db: Db, siteId: string, userId: string | undefined, at: number): Promise<Standing> {
  if (userId === undefined) return { member: false, guest: false, subscriber: false };
  const { rows } = await sql<Standing>`
    select exists (
      select from sites s join auth.member m on m."organizationId" = s.organization_id where s.site_id = ${siteId} and m."userId" = ${userId}
    ) as member, exists (
      select from place_guests g join place_links l using (site_id, link_id)
      where g.site_id = ${siteId} and g.user_id = ${userId} and l.revoked_at is null
    ) as guest, exists (
      select from sites s join membership_plans p on p.organization_id = s.organization_id join memberships m on m.plan_id = p.plan_id
      where s.site_id = ${siteId} and m.user_id = ${userId} and (p.site_ids is null or s.site_id = any(p.site_ids))
        and (m.ends_at is null or m.ends_at > ${new Date(at)})
    ) as subscriber`.execute(db);
  return rows[0] as Standing;
}

/**
 * The place as far as this visitor may see it: an approved one is everybody's, a private one its guests' and its link holders', and any its own people's. Throws
 * AppError `not_found` for all others, as for one that is not there.
 */
export async function visitPlace(
  db: Db,
  siteId: string,
  { userId, share }: Visitor,
  now: number,
): Promise<{ row: PlaceRow; mayBook: boolean }> {
  const row = await db.selectFrom("places").selectAll().where("site_id", "=", siteId).executeTakeFirst();
  if (!row) throw notFound("place");
  const { member, guest, subscriber } = await standingOf(db, siteId, userId, now);
  const isInvited = guest || (share !== undefined && (await linkOf(db, siteId, share, now)) !== undefined);
  const sees = member || (row.state === "approved" && (row.access !== "private" || isInvited));
  if (!sees) throw notFound("place");
  const isOpenToAll = row.access === "public" || row.access === "booked";
  const isOpenToThem = guest || (row.access === "members" && subscriber);
  return { row, mayBook: member || (row.state === "approved" && (isOpenToAll || isOpenToThem)) };
}

/**
 * Whether somebody is shown what drivers are offered at a site: everybody where it is listed, or was never described; else its guests and its own people. One that is hidden is
 * answered like one that is not there.
 */
export async function isVisible(db: Db, siteId: string, userId: string, now: number): Promise<boolean> {
  const found = await db
    .selectFrom("sites as s")
    .leftJoin("places as p", "p.site_id", "s.site_id")
    .select(["p.state", "p.access"])
    .where("s.site_id", "=", siteId)
    .executeTakeFirst();
  if (!found) return false;
  const { state, access } = found;
  if (state === null || (state === "approved" && access !== "private")) return true;
  const { member, guest } = await standingOf(db, siteId, userId, now);
  return member || (state === "approved" && guest);
}

/** Whether somebody who is shown a site may also use it without more: not a stranger at one that is for its members. One that was never described is for everybody. */
export async function isOpenTo(db: Db, siteId: string, userId: string, now: number): Promise<boolean> {
  const row = await db.selectFrom("places").select("access").where("site_id", "=", siteId).executeTakeFirst();
  if (row?.access !== "members") return true;
  const { member, guest, subscriber } = await standingOf(db, siteId, userId, now);
  return member || guest || subscriber;
}

/** When a site can be used, and by which clock; undefined: nobody has said, so always. */
async function usableHours(db: Db, siteId: string) {
  return db
    .selectFrom("places as p")
    .innerJoin("sites as s", "s.site_id", "p.site_id")
    .select(["p.state", "p.access", "p.hours", "s.time_zone"])
    .where("p.site_id", "=", siteId)
    .executeTakeFirst();
}

/** No reservation lasts longer, so that nothing beyond has to be looked at. */
const LONGEST_MS = 2 * 86_400_000;

/**
 * Refuses a reservation that the owner does not want: a stranger's at a site for members, one outside the hours in which it can be used, and any at a site that has
 * left the list or was refused. A site that was never described takes everybody, around the clock. Times are ISO 8601 instants.
 *
 * Throws AppError `not_found` (404), `members_only` (403) or `closed_then` (409).
 */
export async function requireBookable(
  db: Db,
  siteId: string,
  userId: string,
  { start, end }: { start: string; end: string },
): Promise<void> {
  const found = await usableHours(db, siteId);
  if (!found) return;
  const { access, hours, time_zone: timeZone } = found;
  const standing = await standingOf(db, siteId, userId, Date.parse(start));
  const { member, guest, subscriber } = standing;
  if (isGone(found, standing)) throw notSold();
  if (!member && !guest && !subscriber && access === "members") {
    throw new AppError(
      "members_only",
      "This site is for its members. Its owner lets people in by a membership or a link.",
      {
        status: 403,
      },
    );
  }
  const fromMs = Date.parse(start);
  const toMs = Math.min(Date.parse(end), fromMs + LONGEST_MS);
  if (!isOpenThroughout(hours, timeZone, fromMs, toMs)) {
    throw new AppError("closed_then", "The site is closed during part of this time.", { status: 409 });
  }
}

const notSold = () => notFound("site that takes reservations");

/** Whether a site takes no reservations of somebody, and nobody may learn by that that there is one. */
function isGone({ state, access }: Pick<PlaceRow, "state" | "access">, { member, guest }: Standing): boolean {
  return !member && (state === "refused" || state === "retired" || (access === "private" && !guest));
}

/** Refuses to say what can be reserved to whom it is not for, as at a private site, or where nothing is sold any more. Throws AppError `not_found`, as for a site that is not there. */
export async function requireOnSale(db: Db, siteId: string, userId: string, now: number): Promise<void> {
  const place = await db
    .selectFrom("places")
    .select(["state", "access"])
    .where("site_id", "=", siteId)
    .executeTakeFirst();
  if (place && isGone(place, await standingOf(db, siteId, userId, now))) throw notSold();
}

/** Slots of a span in which the site cannot be used. */
export async function closedSlots(db: Db, siteId: string, { from, to }: Span): Promise<Span[]> {
  const found = await usableHours(db, siteId);
  if (!found) return [];
  const isClosed = ({ from: first }: Span) =>
    !isOpenThroughout(found.hours, found.time_zone, startOfSlot(first), startOfSlot(first + 1));
  const slots = Array.from({ length: to - from }, (_, index) => ({ from: from + index, to: from + index + 1 }));
  return slots.filter(isClosed);
}
