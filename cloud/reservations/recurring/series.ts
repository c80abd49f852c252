import { isDeepStrictEqual } from "node:util";
import type { Selectable } from "kysely";
import { sql } from "kysely";
import { AHEAD_SLOTS, instantOfSlot, slotOf } from "../../../shared/booking";
import type { Occurrence, WeeklyPattern } from "../../../shared/booking/weekly";
import { occurrences } from "../../../shared/booking/weekly";
import { AppError } from "../../../shared/error";
import { localTime } from "../../../shared/tariff/local-time";
import type { Db } from "../../db/database";
import { notFound } from "../../http/errors";
import { tellBooked } from "../../notifications/bookings";
import { notify } from "../../notifications/notify";
import { requireBookable, requireOnSale } from "../../sites/visit";
import { cancelBooking } from "../change";
import { offeringOf, saleFor } from "../offer";
import { reserve } from "../reserve";
import type { SeriesTable } from "./tables";

/** Patterns that one driver may have at a time. */
const MAX_SERIES = 10;
const DAY_MS = 86_400_000;
/** No pattern reaches further. */
export const LONGEST_DAYS = 366;
/** Refusals that pass: such a date is tried again until it begins. */
const forNow = ["closed", "hub_not_ready", "recovering"];

type SeriesRow = Selectable<SeriesTable>;
type Needs = Parameters<typeof reserve>[0];
interface Who {
  siteId: string;
  userId: string;
}

/** Begins the key of each date's sale; the date ends it. */
const keyPrefix = (userId: string, seriesId: string) => `${userId}:series:${seriesId}:`;

/** An ISO date so many days later. */
export function later(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** All dates of a pattern. */
function allOf(pattern: WeeklyPattern, timeZone: string): Occurrence[] {
  return occurrences(pattern, timeZone, later(pattern.startsOn, LONGEST_DAYS));
}

/**
 * Agrees a pattern, and sells what of it lies within the sale horizon: each date is a reservation of its own, with its own price and terms. Throws AppErrors as `saleFor`, `not_found`,
 * `members_only` (403), `invalid` (400) for one without dates or in the past, and `too_many_series` (409).
 */
export async function createSeries(
  deps: Needs,
  { siteId, userId }: Who,
  kind: string,
  pattern: WeeklyPattern,
): Promise<string> {
  const { db, now, newId } = deps;
  await requireOnSale(db, siteId, userId, now());
  const offering = await offeringOf(db, siteId);
  const { timeZone } = offering;
  const first = allOf(pattern, timeZone).find(({ span }) => span);
  if (!first?.span || pattern.startsOn < localTime(timeZone, now()).date) {
    throw new AppError("invalid", "startsOn: no date of this pattern is to come within a year", { status: 400 });
  }
  const times = { start: instantOfSlot(first.span.from), end: instantOfSlot(first.span.to) };
  await requireBookable(db, siteId, userId, times).catch((error: unknown) => {
    // A day on which it is closed is refused by itself.
    if (!(error instanceof AppError && error.code === "closed_then")) throw error;
  });
  saleFor(offering, "", "", { class: kind, ...first.span });
  const seriesId = await db.transaction().execute(async (tx) => {
    await tx.selectFrom("auth.user").select("id").where("id", "=", userId).forUpdate().execute();
    const open = await tx
      .selectFrom("booking_series")
      .select(["series_id", "site_id", "class", "pattern"])
      .where("user_id", "=", userId)
      .where("ended", "=", false)
      .execute();
    // A call that is repeated, since its answer was lost, books no week twice.
    const same = open.find(
      (row) => row.site_id === siteId && row.class === kind && isDeepStrictEqual(row.pattern, pattern),
    );
    if (same) return same.series_id;
    if (open.length >= MAX_SERIES) {
      throw new AppError("too_many_series", `At most ${MAX_SERIES} weekly bookings at a time.`, { status: 409 });
    }
    const made = newId();
    const row = { site_id: siteId, series_id: made, user_id: userId, class: kind, time_zone: timeZone };
    await tx
      .insertInto("booking_series")
      .values({ ...row, pattern: JSON.stringify(pattern), created_at: new Date(now()) })
      .execute();
    return made;
  });
  await sellAhead(deps, await seriesOf(db, siteId, seriesId), false);
  return seriesId;
}

async function seriesOf(db: Db, siteId: string, seriesId: string): Promise<SeriesRow> {
  return db
    .selectFrom("booking_series")
    .selectAll()
    .where("site_id", "=", siteId)
    .where("series_id", "=", seriesId)
    .executeTakeFirstOrThrow();
}

/**
 * Sells the dates of a series that have come within the sale horizon, each once; a repeated call is harmless. `tell`: whoever could not have a date is told so, as nobody looks at the
 * answer.
 */
export async function sellAhead(deps: Needs, series: SeriesRow, tell: boolean): Promise<void> {
  const { db, now } = deps;
  const { site_id: siteId, series_id: seriesId, pattern, time_zone: timeZone, handled } = series;
  const dates = allOf(pattern, timeZone);
  const again = await db
    .selectFrom("booking_series_days")
    .select("date")
    .where("site_id", "=", siteId)
    .where("series_id", "=", seriesId)
    .where("refusal", "in", forNow)
    .where("from_slot", ">", slotOf(now()))
    .execute();
  const retried = new Set(again.map(({ date }) => date));
  const horizon = slotOf(now()) + AHEAD_SLOTS;
  const isDue = ({ date, span }: Occurrence) =>
    retried.has(date) || ((handled === null || date > handled) && (span === null || span.to <= horizon));
  // A date that the clock skips waits for those before it.
  const beyond = dates.findIndex(({ span }) => span !== null && span.to > horizon);
  for (const day of dates.slice(0, beyond === -1 ? undefined : beyond).filter(isDue)) {
    const refusal = await sellDay(deps, series, day);
    if (refusal === "ended") return;
    if (tell && refusal !== null && day.span && !retried.has(day.date)) await tellMissed(deps, series, day.span.from);
  }
  const last = dates.at(-1)?.date ?? "";
  await db
    .updateTable("booking_series")
    .set({ ended: true })
    .where("site_id", "=", siteId)
    .where("series_id", "=", seriesId)
    .where("handled", ">=", last)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("booking_series_days as d")
            .select("d.date")
            .whereRef("d.site_id", "=", "booking_series.site_id")
            .whereRef("d.series_id", "=", "booking_series.series_id")
            .where("d.refusal", "in", forNow)
            .where("d.from_slot", ">", slotOf(now())),
        ),
      ),
    )
    .execute();
}

/** Sells one date and notes what became of it: null where it was sold, else why not; `ended`: the driver has ended the series meanwhile, so it is not sold. */
async function sellDay(deps: Needs, series: SeriesRow, { date, span }: Occurrence): Promise<string | null> {
  const { db, now } = deps;
  const { site_id: siteId, series_id: seriesId, user_id: userId } = series;
  let booking: string | null = null;
  let refusal: string | null = null;
  try {
    if (!span) throw new AppError("no_such_time", "The clock is put forward over this time.", { status: 409 });
    await requireBookable(db, siteId, userId, { start: instantOfSlot(span.from), end: instantOfSlot(span.to) });
    const who = { siteId, userId, key: keyPrefix(userId, seriesId) + date };
    const { sale } = await reserve(deps, who, { class: series.class, ...span }, { pin: false });
    booking = sale.booking;
    await tellBooked(db, siteId, userId, sale, now());
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    refusal = error.code;
  }
  const isNoted = await db.transaction().execute(async (tx) => {
    const current = await tx
      .selectFrom("booking_series")
      .select("pattern")
      .where("site_id", "=", siteId)
      .where("series_id", "=", seriesId)
      .forUpdate()
      .executeTakeFirst();
    const { until } = current?.pattern ?? { until: "" };
    if (until !== null && date > until) return false;
    const outcome = { booking, refusal };
    const row = {
      site_id: siteId,
      series_id: seriesId,
      date,
      from_slot: span?.from ?? null,
      to_slot: span?.to ?? null,
    };
    await tx
      .insertInto("booking_series_days")
      .values({ ...row, ...outcome })
      .onConflict((conflict) => conflict.columns(["site_id", "series_id", "date"]).doUpdateSet(outcome))
      .execute();
    await tx
      .updateTable("booking_series")
      .set((eb) => ({ handled: eb.fn<string>("greatest", ["handled", eb.val(date)]) }))
      .where("site_id", "=", siteId)
      .where("series_id", "=", seriesId)
      .execute();
    return true;
  });
  if (isNoted) return refusal;
  if (booking !== null) await giveBack(deps, { siteId, userId }, booking);
  return "ended";
}

/** Cancels a booking by the ordinary road, as far as that is possible. */
async function giveBack({ db, wake, now }: Needs, { siteId, userId }: Who, booking: string): Promise<void> {
  try {
    const { hubId } = await cancelBooking(db, { siteId, userId, booking }, now());
    if (hubId) wake.tell(`feed:${hubId}`, `site:${siteId}`);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

async function tellMissed({ db, now }: Needs, series: SeriesRow, from: number): Promise<void> {
  const { site_id: siteId, series_id: seriesId, user_id: userId } = series;
  const site = await db.selectFrom("sites").select("name").where("site_id", "=", siteId).executeTakeFirstOrThrow();
  const data = { siteId, siteName: site.name, seriesId, start: instantOfSlot(from) };
  const notice = { userId, kind: "seriesMissed" as const, siteId, key: `${seriesId} ${from}`, data, now: now() };
  await db.transaction().execute((tx) => notify(tx, notice));
}

/**
 * Ends a series from a date on (ISO, at the site): what it has booked from then on is cancelled, each by its own terms, and no more is sold. What cannot be cancelled any more stays. Throws
 * AppError `not_found`.
 */
export async function endSeries(deps: Needs, { siteId, userId }: Who, seriesId: string, from: string): Promise<void> {
  const booked = await deps.db.transaction().execute(async (tx) => {
    const series = await tx
      .selectFrom("booking_series")
      .selectAll()
      .where("site_id", "=", siteId)
      .where("series_id", "=", seriesId)
      .where("user_id", "=", userId)
      .forUpdate()
      .executeTakeFirst();
    if (!series) throw notFound("weekly booking");
    const { pattern, time_zone: timeZone, handled } = series;
    const before = later(from, -1);
    const until = pattern.until !== null && pattern.until < before ? pattern.until : before;
    const last = allOf({ ...pattern, until }, timeZone).at(-1)?.date;
    await tx
      .updateTable("booking_series")
      .set({
        pattern: JSON.stringify({ ...pattern, until }),
        ended: last === undefined || (handled !== null && last <= handled),
      })
      .where("site_id", "=", siteId)
      .where("series_id", "=", seriesId)
      .execute();
    // By its key: also what was sold, and not noted, as the process ended in between.
    const prefix = keyPrefix(userId, seriesId);
    const { rows } = await sql<{ booking: string }>`
      select distinct booking from reservations
      where site_id = ${siteId} and user_id = ${userId} and starts_with(key, ${prefix}) and substr(key, ${prefix.length + 1}) >= ${from}`.execute(
      tx,
    );
    return rows;
  });
  for (const { booking } of booked) await giveBack(deps, { siteId, userId }, booking);
}
