import { createRoute, z } from "@hono/zod-openapi";
import { instantOfSlot } from "../../shared/booking";
import { bookingSettingsSchema } from "../../shared/booking-settings";
import { instantSchema } from "../../shared/schema";
import { requireSite } from "../accounts/access";
import type { Deps } from "../deps";
import { body, createRouter, failures, json } from "../http/router";
import { hoursSchema } from "../sites/place-schemas";
import { siteParam } from "../sites/routes";
import { reasons } from "./preview";
import type { BookingChange } from "./preview";
import { previewOf } from "./preview-read";
import { blockSpanOf, blockTimesShape, rescheduleSchema, shownSchema } from "./schemas";

/** Bookings in one answer; `count` says how many there are. */
const MAX_LISTED = 200;

const changeSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("settings"), settings: bookingSettingsSchema }),
  z.strictObject({
    kind: z.literal("block"),
    seat: z.string().max(64).nullable(),
    ...blockTimesShape,
    reschedule: rescheduleSchema,
  }),
  z.strictObject({ kind: z.literal("hours"), hours: hoursSchema }),
]);
type ChangeInput = z.output<typeof changeSchema>;

const affectedSchema = z
  .object({
    booking: z.string(),
    version: z.number().int(),
    seat: z.string(),
    class: z.string(),
    start: instantSchema,
    end: instantSchema,
    why: z.array(z.enum(reasons)).openapi({
      description:
        "`blocked`: lies in the block; `closed`: outside the new hours; `notSold`: the site sells no more; `tooLong`: longer than is sold now; `walkInSeat`: its seat becomes the walk-ins'.",
    }),
    then: z.enum(["stays", "offered"]).openapi({
      description:
        "`stays`: sold as it is, at its own price and terms; `offered`: its driver is offered something else, and refunded where he does not take it.",
    }),
  })
  .openapi("AffectedBooking");

const preview = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/booking-changes/preview",
  tags: ["reservations"],
  summary: "What a change of rules, a block or other hours would mean for the bookings that there are",
  description:
    "Changes nothing. Where the count is not 0, the change itself is made with `shown` of this answer, and refused with 409 `bookings_affected` where bookings have come or gone meanwhile.",
  request: { params: siteParam, body: body(changeSchema) },
  responses: {
    200: json(
      `By start; at most ${MAX_LISTED} are listed.`,
      z.object({ shown: shownSchema, count: z.number().int(), affected: z.array(affectedSchema) }),
    ),
    ...failures,
  },
});

/** Shows owners what they are about to do. */
export function changePreviewRoutes({ db, now }: Deps) {
  return createRouter().openapi(preview, async (c) => {
    const { siteId } = c.req.valid("param");
    await requireSite(db, c.get("user").id, siteId, "look");
    const { affected, shown } = await previewOf(db, siteId, changeOf(c.req.valid("json")), now());
    const listed = affected.slice(0, MAX_LISTED).map(({ from, to, ...rest }) => ({
      ...rest,
      start: instantOfSlot(from),
      end: instantOfSlot(to),
    }));
    return c.json({ shown, count: affected.length, affected: listed }, 200);
  });
}

function changeOf(input: ChangeInput): BookingChange {
  return input.kind === "block"
    ? { kind: "block", seat: input.seat, reschedule: input.reschedule, ...blockSpanOf(input) }
    : input;
}
