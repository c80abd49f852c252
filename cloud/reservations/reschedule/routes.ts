import { createRoute, z } from "@hono/zod-openapi";
import { instantOfSlot, slotOf } from "../../../shared/booking";
import { instantSchema } from "../../../shared/schema";
import { methods } from "../../billing/charge-types";
import type { Deps } from "../../deps";
import { countHit } from "../../http/rate-limit";
import { body, createRouter, failures, json } from "../../http/router";
import { siteParam } from "../../sites/routes";
import { reservationSchema } from "../schemas";
import type { Alternative } from "./alternative";
import { offerIdOf } from "./alternative";
import { accept, decline } from "./answer";
import { owedAfterRelease } from "./owed";
import { causes } from "./tables";

/** Answers of one driver. */
const ANSWERS = { hits: 30, windowMs: 60_000 };

const shape = reservationSchema.shape;
const offerSchema = z
  .object({
    offerId: z.string().openapi({ description: "For the answer: what is accepted is what was seen." }),
    siteId: z.uuid(),
    siteName: z.string(),
    distanceM: z
      .number()
      .openapi({ description: "0: another connector of the same site, at the price that was agreed." }),
    class: z.string(),
    start: instantSchema,
    end: instantSchema,
    price: shape.price,
    terms: shape.terms,
    tariff: shape.tariff,
  })
  .openapi("RescheduleOffer");
const rescheduleSchema = z
  .object({
    siteId: z.uuid(),
    siteName: z.string(),
    booking: z.string(),
    version: z.number().int(),
    start: instantSchema,
    end: instantSchema,
    cause: z
      .enum(causes)
      .openapi({ description: "`charger`: it does not work; `owner`: it was taken away, or blocked." }),
    offer: offerSchema.nullable().openapi({ description: "null: nothing else is free." }),
    refund: shape.price.openapi({
      description: "What comes back where it is declined, or nothing is said until the start.",
    }),
    compensation: shape.price.openapi({ description: "And what is paid on top where nothing else was free." }),
    expiresAt: instantSchema,
  })
  .openapi("Reschedule");

const list = createRoute({
  method: "get",
  path: "/v1/me/reschedules",
  tags: ["reservations"],
  summary: "Reservations whose charger cannot be counted on, with what is offered instead",
  responses: { 200: json("By start.", z.object({ reschedules: z.array(rescheduleSchema) })), ...failures },
});
const answer = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/reservations/{booking}/reschedule",
  tags: ["reservations"],
  summary: "Accepts or declines what is offered instead of a reservation",
  description:
    "Declined, or unanswered until the start, the reservation ends with a full refund. 409 `offer_changed`: it has been taken meanwhile; the list has what is offered now.",
  request: {
    params: siteParam.extend({ booking: z.string().min(1).max(64) }),
    body: body(
      z.union([
        z.strictObject({ accept: z.literal(false) }),
        z.strictObject({
          accept: z.literal(true),
          offerId: z.string().max(64),
          method: z.enum(methods).optional().openapi({
            description: "How a booking at another site is paid, as at booking. At the same site it stays as agreed.",
          }),
        }),
      ]),
    ),
  },
  responses: {
    200: json(
      "Where the driver goes; null: nowhere.",
      z.object({ moved: z.object({ siteId: z.uuid(), booking: z.string() }).nullable() }),
    ),
    ...failures,
  },
});

/** What drivers are offered where a charger fails. */
export function rescheduleRoutes(deps: Deps) {
  const { db, now } = deps;
  return createRouter()
    .openapi(list, async (c) => {
      const rows = await db
        .selectFrom("booking_reschedules as o")
        .innerJoin("reservations as r", (join) =>
          join
            .onRef("r.site_id", "=", "o.site_id")
            .onRef("r.booking", "=", "o.booking")
            .onRef("r.version", "=", "o.version"),
        )
        .innerJoin("sites as s", "s.site_id", "o.site_id")
        .select(["o.site_id", "s.name", "o.booking", "o.version", "o.cause", "o.offer", "o.offered_at", "r.sale"])
        .where("r.user_id", "=", c.get("user").id)
        .where("o.state", "=", "offered")
        .where("o.from_slot", ">", slotOf(now()))
        .orderBy("o.from_slot")
        .limit(100)
        .execute();
      const others = rows.flatMap(({ offer }) => (offer ? [offer.siteId] : []));
      const names = await db
        .selectFrom("sites")
        .select(["site_id", "name"])
        .where("site_id", "in", [...others, "00000000-0000-0000-0000-000000000000"])
        .execute();
      const nameOf = new Map(names.map((site) => [site.site_id, site.name]));
      const userId = c.get("user").id;
      const owed = await Promise.all(
        rows.map(({ site_id: siteId, sale, offer, offered_at: offeredAt }) =>
          owedAfterRelease(db, { siteId, userId, sale }, { offer, offeredAt }, now()),
        ),
      );
      const reschedules = rows.map(({ site_id: siteId, name: siteName, booking, version, cause, offer, sale }, at) => ({
        siteId,
        siteName,
        booking,
        version,
        start: instantOfSlot(sale.from),
        end: instantOfSlot(sale.to),
        cause,
        offer: offer && offerView(offer, nameOf.get(offer.siteId) ?? ""),
        refund: sale.price,
        compensation: { amount: Math.max(0, -owed[at]!), currency: sale.price.currency },
        expiresAt: instantOfSlot(sale.from),
      }));
      return c.json({ reschedules }, 200);
    })
    .openapi(answer, async (c) => {
      const { siteId, booking } = c.req.valid("param");
      const userId = c.get("user").id;
      await countHit(db, `reschedules:${userId}`, ANSWERS, now());
      const which = { siteId, userId, booking };
      const said = c.req.valid("json");
      if (said.accept) return c.json({ moved: await accept(deps, which, said.offerId, said.method) }, 200);
      await decline(deps, which);
      return c.json({ moved: null }, 200);
    });
}

function offerView(offer: Alternative, siteName: string) {
  const { siteId, distanceM, class: kind, from, to, price, terms, tariff } = offer;
  return {
    offerId: offerIdOf(offer),
    siteId,
    siteName,
    distanceM,
    class: kind,
    start: instantOfSlot(from),
    end: instantOfSlot(to),
    price,
    terms,
    tariff,
  };
}
