import { z } from "@hono/zod-openapi";
import type { Sale } from "../../../shared/booking";
import { instantOfSlot } from "../../../shared/booking";
import { instantSchema } from "../../../shared/schema";
import { holdSchema } from "../schemas";
import type { waitsOf } from "./line";
import { waitStates } from "./tables";

const offerSchema = holdSchema
  .pick({ holdId: true, seat: true, expiresAt: true, secondsLeft: true, price: true, terms: true, tariff: true })
  .openapi("WaitingOffer");

const placeShape = {
  waitId: z.uuid(),
  class: z.string(),
  start: instantSchema,
  end: instantSchema,
  state: z.enum(waitStates).openapi({
    description:
      "waiting: in line; offered: held for them; booked: they have it; missed: the offer ran out; over: it began, or is not sold any more.",
  }),
  ahead: z.number().int().openapi({ description: "Others before, who wait for some of the same time." }),
  joinedAt: instantSchema,
};

/** A place in line as its driver sees it. */
export const waitSchema = z
  .object({
    siteId: z.uuid(),
    siteName: z.string(),
    ...placeShape,
    reason: z.string().nullable().openapi({ description: "Why it is over." }),
    offer: offerSchema.nullable(),
  })
  .openapi("Wait");

/** As the site's owner sees it. */
export const queueSchema = z
  .object({
    offerMinutes: z.number().int(),
    waits: z.array(z.object({ ...placeShape, offeredUntil: instantSchema.nullable() })),
  })
  .openapi("WaitingList");

export const waitSettingsSchema = z
  .strictObject({
    offerMinutes: z
      .number()
      .int()
      .min(5)
      .max(720)
      .openapi({ description: "How long what came free is held for the first in line; never beyond its start." }),
  })
  .openapi("WaitingListSettings");

type Row = Awaited<ReturnType<typeof waitsOf>>[number];

function placeView(row: Row) {
  return {
    waitId: row.wait_id,
    class: row.class,
    start: instantOfSlot(row.from_slot),
    end: instantOfSlot(row.to_slot),
    // The clock is ahead of the job that says so.
    state: row.state === "offered" && !row.expires_at ? ("missed" as const) : row.state,
    ahead: row.ahead,
    joinedAt: row.joined_at.toISOString(),
  };
}

export function waitView(row: Row, now: number) {
  const { site_id: siteId, name: siteName, reason, expires_at: expiresAt } = row;
  return {
    siteId,
    siteName,
    ...placeView(row),
    reason,
    offer: expiresAt && offerView(row.sale as Sale, expiresAt, now),
  };
}

export function queueView(row: Row) {
  return { ...placeView(row), offeredUntil: row.expires_at?.toISOString() ?? null };
}

function offerView({ booking, seat, price, terms, tariff }: Sale, expiresAt: Date, now: number) {
  const until = { expiresAt: expiresAt.toISOString(), secondsLeft: Math.floor((expiresAt.getTime() - now) / 1000) };
  return { holdId: booking, seat, ...until, price, terms, tariff };
}
