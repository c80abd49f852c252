import { createRoute, z } from "@hono/zod-openapi";
import { AHEAD_SLOTS, instantOfSlot, isOpen, slotOf } from "../../shared/booking";
import { AppError } from "../../shared/error";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { body, createRouter, failures, json } from "../http/router";
import { tellBooked } from "../notifications/bookings";
import { siteParam } from "../sites/routes";
import { closedSlots, requireBookable, requireOnSale } from "../sites/visit";
import { availabilityOf } from "./availability";
import { cancelBooking } from "./change";
import { changeTime } from "./change-time";
import { createCounter } from "./counter";
import { offeringOf, saleFor, seatsFor, tariffOfBooking } from "./offer";
import { currentOf, isConnected, reservationColumns, reservationView, seatsNow } from "./read";
import { plugOf } from "./reschedule/alternative";
import { hold } from "./reserve";
import {
  availabilitySchema,
  holdSchema,
  keyHeader,
  reservationSchema,
  reserveSchema,
  spanOf,
  timesShape,
  wishSchema,
} from "./schemas";
import { mayHaveComeFree } from "./waiting/job";

/** Longest stretch of availability in one answer: two days. */
const MAX_SLOTS = 192;
/** A driver's list goes back as far as this. */
const PAST_SLOTS = 90 * 96;

const bookingParam = siteParam.extend({ booking: z.string().min(1).max(64) });
const one = (description: string) => ({ 200: json(description, reservationSchema), ...failures });

const availability = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/availability",
  tags: ["reservations"],
  summary: "What can be reserved at a site, in slots of 15 minutes; at most two days at once",
  request: {
    params: siteParam,
    query: z.object({
      ...timesShape,
      type: wishSchema.shape.type,
      moving: bookingParam.shape.booking.optional().openapi({
        description: "A reservation of one's own that is to be moved: what it has now is free for that.",
      }),
    }),
  },
  responses: { 200: json("Slots by class of connector.", availabilitySchema), ...failures },
});
const holding = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/holds",
  tags: ["reservations"],
  summary: "Holds a time for five minutes, with the price and terms that it will have",
  request: { params: siteParam, headers: keyHeader, body: body(wishSchema) },
  responses: { 201: json("Confirm it before it runs out.", holdSchema), ...failures },
});
const letGo = createRoute({
  method: "delete",
  path: "/v1/sites/{siteId}/holds/{holdId}",
  tags: ["reservations"],
  summary: "Gives a hold up",
  request: { params: siteParam.extend({ holdId: z.uuid() }) },
  responses: { 204: { description: "It is gone." }, ...failures },
});
const reserving = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/reservations",
  tags: ["reservations"],
  summary: "Confirms a hold, or reserves a time at once; `pin` asks for a PIN that the pass then needs",
  description:
    "Price, terms and tariff are frozen from here on. Where the site sells the time itself, it is asked, for at most 5 seconds.",
  request: { params: siteParam, headers: keyHeader, body: body(reserveSchema) },
  responses: {
    201: json(
      "The PIN is told here only; a repeated call gets it again.",
      reservationSchema.extend({ pin: z.string().nullable() }),
    ),
    ...failures,
  },
});
const mine = createRoute({
  method: "get",
  path: "/v1/reservations",
  tags: ["reservations"],
  summary: "The signed-in driver's reservations of the last 90 days and to come, by start",
  responses: { 200: json("Reservations.", z.object({ reservations: z.array(reservationSchema) })), ...failures },
});
const read = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/reservations/{booking}",
  tags: ["reservations"],
  summary: "One of the driver's reservations",
  request: { params: bookingParam },
  responses: one("The reservation."),
});
const cancel = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/reservations/{booking}/cancel",
  tags: ["reservations"],
  summary: "Cancels; `owed` says what is still to be paid, and stands once the site has confirmed",
  request: { params: bookingParam },
  responses: one("The reservation as it is now."),
});
const modify = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/reservations/{booking}/modify",
  tags: ["reservations"],
  summary: "Moves a reservation: the new time is taken first, at today's price, then the old one is given back",
  request: { params: bookingParam, headers: keyHeader, body: body(z.strictObject(timesShape)) },
  responses: one("The reservation as it is now."),
});
const pass = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/reservations/{booking}/pass",
  tags: ["reservations"],
  summary: "The pass that starts the charge at the site, also where that is offline: text for a QR code or a link",
  request: { params: bookingParam },
  responses: {
    200: json(
      "A compact JWS (Ed25519).",
      z.object({ token: z.string(), needsPin: z.boolean(), opens: z.string(), start: z.string(), end: z.string() }),
    ),
    ...failures,
  },
});

/** What drivers do. Anyone who is signed in may reserve; a reservation is its buyer's only. */
export function driverRoutes(deps: Deps) {
  const { db, wake, now, passKey } = deps;
  const { keyOf, change, buy, reserveOrConfirm } = createCounter(deps);

  /** All versions of a driver's booking. Throws AppError `not_found`, also where it is another's. */
  async function versions(siteId: string, booking: string, userId: string) {
    const rows = await db
      .selectFrom("reservations")
      .select([...reservationColumns, "pin_tag"])
      .where("site_id", "=", siteId)
      .where("booking", "=", booking)
      .where("user_id", "=", userId)
      .where("version", ">", 0)
      .execute();
    const [current] = currentOf(rows);
    if (!current) throw notFound("reservation");
    return { current, pinTag: rows[0]?.pin_tag ?? null };
  }
  const viewOf = async (siteId: string, booking: string, userId: string) =>
    reservationView((await versions(siteId, booking, userId)).current);

  return createRouter()
    .openapi(availability, async (c) => {
      const { siteId } = c.req.valid("param");
      const { type, moving: booking, ...asked } = c.req.valid("query");
      const userId = c.get("user").id;
      const span = spanOf(asked);
      if (span.to - span.from > MAX_SLOTS || span.to > slotOf(now()) + AHEAD_SLOTS) {
        throw new AppError("invalid", "At most two days at once, up to 14 days ahead.", { status: 400 });
      }
      await requireOnSale(db, siteId, userId, now());
      const offering = await offeringOf(db, siteId);
      const [seats, connected, closed] = await Promise.all([
        seatsNow(db, siteId, span, now(), booking === undefined ? null : { booking, userId }),
        isConnected(db, siteId, now()),
        closedSlots(db, siteId, span),
      ]);
      const { timeZone, currency, settings, ready } = offering;
      const { pricePerHour, maxMinutes, terms } = settings;
      const open = settings.open && ready;
      const first = { from: Math.max(span.from, slotOf(now())), to: span.to };
      const plugs = new Map(offering.seats.map((each) => [each.seat, each.type]));
      const usable = seats
        .filter(({ seat }) => type === undefined || plugs.get(seat) === type)
        .map((seat) => ({ ...seat, type: plugs.get(seat.seat) ?? null, taken: [...seat.taken, ...closed] }));
      const classes = first.from < first.to ? availabilityOf(usable, first, connected) : [];
      const tariff = tariffOfBooking(offering, { class: "", ...span });
      const rules = { slotMinutes: 15 as const, pricePerHour, maxMinutes, terms, tariff, open };
      return c.json({ timeZone, currency, ...rules, connected, classes }, 200);
    })
    .openapi(holding, async (c) => {
      const { siteId } = c.req.valid("param");
      const userId = c.get("user").id;
      const given = c.req.valid("header")["idempotency-key"];
      const { sale, expiresAt } = await buy({ siteId, userId }, given, c.req.valid("json"), (who, wish) =>
        hold(deps, who, wish),
      );
      const { booking: holdId, seat, from, to, price, terms, tariff } = sale;
      const until = {
        expiresAt: new Date(expiresAt).toISOString(),
        secondsLeft: Math.floor((expiresAt - now()) / 1000),
      };
      const cells = { class: sale.class, seat, start: instantOfSlot(from), end: instantOfSlot(to) };
      return c.json({ holdId, ...cells, ...until, price, terms, tariff }, 201);
    })
    .openapi(letGo, async (c) => {
      const { siteId, holdId } = c.req.valid("param");
      await db.transaction().execute(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom("reservations")
          .where("site_id", "=", siteId)
          .where("booking", "=", holdId)
          .where("version", "=", 0)
          .where("user_id", "=", c.get("user").id)
          .executeTakeFirstOrThrow();
        if (numDeletedRows === 0n) throw notFound("hold");
        await mayHaveComeFree(trx, siteId);
      });
      return c.body(null, 204);
    })
    .openapi(reserving, async (c) => {
      const { siteId } = c.req.valid("param");
      const userId = c.get("user").id;
      const { sale, pin } = await reserveOrConfirm(
        { siteId, userId },
        c.req.valid("header")["idempotency-key"],
        c.req.valid("json"),
      );
      await tellBooked(db, siteId, userId, sale, now());
      return c.json({ ...(await viewOf(siteId, sale.booking, userId)), pin }, 201);
    })
    .openapi(mine, async (c) => {
      const rows = await db
        .selectFrom("reservations")
        .select(reservationColumns)
        .where("user_id", "=", c.get("user").id)
        .where("version", ">", 0)
        .where("from_slot", ">", slotOf(now()) - PAST_SLOTS)
        .execute();
      return c.json({ reservations: currentOf(rows).map(reservationView) }, 200);
    })
    .openapi(read, async (c) => {
      const { siteId, booking } = c.req.valid("param");
      return c.json(await viewOf(siteId, booking, c.get("user").id), 200);
    })
    .openapi(cancel, async (c) => {
      const { siteId, booking } = c.req.valid("param");
      const userId = c.get("user").id;
      await change(userId);
      const { hubId } = await cancelBooking(db, { siteId, userId, booking }, now());
      if (hubId) wake.tell(`feed:${hubId}`, `site:${siteId}`);
      return c.json(await viewOf(siteId, booking, userId), 200);
    })
    .openapi(modify, async (c) => {
      const { siteId, booking } = c.req.valid("param");
      const userId = c.get("user").id;
      await change(userId);
      const span = spanOf(c.req.valid("json"));
      await requireBookable(db, siteId, userId, c.req.valid("json"));
      const { current } = await versions(siteId, booking, userId);
      const offering = await offeringOf(db, siteId);
      const key = keyOf(userId, c.req.valid("header")["idempotency-key"]);
      const { class: kind, seat: booked } = current.sale;
      const wish = saleFor(offering, booking, key, { class: kind, ...span });
      // The plug stays the one that it was booked with, also where its connector is gone or for walk-ins since.
      const type = (await plugOf(db, siteId, booked))?.type ?? undefined;
      const seats = seatsFor(offering, { class: kind, type });
      const hubId = await changeTime(deps, { siteId, userId, booking }, current.sale, { wish, seats });
      if (hubId) wake.tell(`feed:${hubId}`, `site:${siteId}`);
      return c.json(await viewOf(siteId, booking, userId), 200);
    })
    .openapi(pass, async (c) => {
      const { siteId, booking } = c.req.valid("param");
      const { current, pinTag } = await versions(siteId, booking, c.get("user").id);
      const { sale } = current;
      if (!isOpen(sale) || sale.cancel) {
        throw new AppError("over", "This reservation has no pass any more.", { status: 410 });
      }
      const opens = new Date(Date.parse(instantOfSlot(sale.from)) - sale.terms.early_start_time * 60_000).toISOString();
      const times = { opens, start: instantOfSlot(sale.from), end: instantOfSlot(sale.to) };
      return c.json({ token: await passKey.sign(sale, pinTag), needsPin: pinTag !== null, ...times }, 200);
    });
}
