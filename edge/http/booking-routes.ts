import { createRoute, z } from "@hono/zod-openapi";
import { bookingSettingsSchema } from "../../shared/booking-settings";
import { AppError } from "../../shared/error";
import type { HubEvent } from "../../shared/events";
import { cpIdSchema, currencySchema, idTagSchema, instantSchema } from "../../shared/schema";
import { LONGEST_PASS } from "../booking/pass";
import { listedReservation, listReservations } from "../booking/list";
import { decideLocalCancel } from "../booking/local-sale";
import { confirmedEvents } from "../booking/recovery";
import { bookingOf } from "../booking/state";
import type { HubState } from "../state/state";
import type { Decision } from "../store/types";
import { requireAdmin } from "./auth";
import { confirmEvents } from "../clock-doubt";
import type { HubApp, HubServices } from "./context";
import { adminSecurity, answer, body, errors, nothing } from "./schemas";

const place = { cpId: cpIdSchema, connectorId: z.int().min(1).max(64) };
const bookingId = z.string().min(1).max(64);
const bookingParam = z.object({ booking: bookingId });

const reservationSchema = z
  .object({
    booking: bookingId,
    version: z.int(),
    reference: z.string().openapi({ description: "what its driver types, together with the PIN" }),
    seller: z.enum(["hub", "cloud"]),
    class: z.string(),
    seat: z.string(),
    from: instantSchema,
    until: instantSchema,
    stage: z.enum(["reserved", "admitted", "started", "ended"]),
    doubt: z.boolean(),
    cancelPending: z.boolean(),
    price: z.object({ amount: z.int(), currency: currencySchema }),
    connector: z.string().nullable().openapi({ description: "such as CP1/1; null: not decided yet" }),
    end: z
      .object({
        status: z.enum(["FULFILLED", "NO_SHOW", "CANCELED"]),
        reason: z.string().nullable(),
        owed: z.int(),
        keeps: z.object({ from: z.int(), to: z.int() }).nullable(),
      })
      .nullable(),
  })
  .openapi("Reservation");

const wishSchema = z
  .strictObject({
    /** On a quarter of an hour. */
    from: instantSchema,
    until: instantSchema,
    ...z.object(place).partial().shape,
    class: z.string().max(60).optional(),
    /** This card may start at the charger. */
    idTag: idTagSchema.optional(),
    key: z.string().min(8).max(200).openapi({ description: "makes a repeated call harmless" }),
  })
  .refine(
    ({ cpId, connectorId }) => (cpId === undefined) === (connectorId === undefined),
    "both or none of cpId and connectorId",
  )
  .openapi("ReservationWish");

const admitSchema = z.union([
  z.strictObject({ booking: bookingId, ...z.object(place).partial().shape }),
  z.strictObject({ pass: z.string().max(LONGEST_PASS), ...z.object(place).partial().shape }),
]);

const overviewSchema = z.object({
  settings: bookingSettingsSchema,
  epoch: z.int(),
  recovering: z.boolean().openapi({ description: "sells nothing and admits by operator only" }),
  clockCredible: z.boolean(),
  clockAheadMs: z.int().openapi({
    description:
      "the clock was set ahead by so much: no booking ends by it before the cloud or the operator confirms it",
  }),
  classes: z.array(z.string()),
  reservations: z.array(reservationSchema),
});

/** Reservations for the owner at the hub, with or without a cloud. */
export function bookingRoutes(app: HubApp, services: HubServices): void {
  const { store, bookings, clock, clockCredible, publicUrl } = services;
  const admin = { middleware: requireAdmin(services), security: adminSecurity, tags: ["Reservations"] };
  const change = (eventsOf: (state: Readonly<HubState>) => HubEvent[]) =>
    store.commit((state): Decision<void, HubEvent> => ({ reply: undefined, events: eventsOf(state) }));

  app.openapi(
    createRoute({
      ...admin,
      method: "get",
      path: "/api/reservations",
      summary: "Reservations that are open, the rules for new ones, and whether the hub is sure of its state",
      request: { query: z.object({ all: z.stringbool().optional() }) },
      responses: { 200: answer("Everything about reservations", overviewSchema), ...errors(400, 401) },
    }),
    async (c) => {
      const { all = false } = c.req.valid("query");
      const overview = await store.commit((state): Decision<z.input<typeof overviewSchema>, HubEvent> => {
        const { settings, book } = bookingOf(state);
        const { epoch, recovery } = book;
        const classes = [...new Set(Object.values(book.seats).map((seat) => seat.class))];
        const clockKnown = { clockCredible: clockCredible(), clockAheadMs: state.clockAheadMs ?? 0 };
        const known = { settings, epoch, recovering: recovery !== null, ...clockKnown, classes };
        return { reply: structuredClone({ ...known, reservations: listReservations(state, all) }), events: [] };
      });
      return c.json(overview, 200);
    },
  );

  app.openapi(
    createRoute({
      ...admin,
      method: "post",
      path: "/api/reservations",
      summary: "Reserves a connector's time for somebody; needs no cloud",
      request: { body: body(wishSchema) },
      responses: {
        201: answer(
          "Reserved; the PIN is told this once",
          z.object({ reservation: reservationSchema, pin: z.string().nullable(), pass: z.string(), link: z.string() }),
        ),
        ...errors(400, 401, 404, 409),
      },
    }),
    async (c) => {
      const { from, until, cpId, connectorId, class: kind, idTag, key } = c.req.valid("json");
      const at = cpId === undefined || connectorId === undefined ? null : `${cpId}/${connectorId}`;
      const times = { from: Date.parse(from), to: Date.parse(until) };
      const made = await bookings.reserve({ key, ...times, at, class: kind ?? null, idTag: idTag ?? null });
      const { sale, pin, pass } = made;
      const link = `${publicUrl ?? ""}/c/${sale.seat}#pass=${pass}`;
      return c.json({ reservation: listedReservation(store.state, sale), pin, pass, link }, 201);
    },
  );

  app.openapi(
    createRoute({
      ...admin,
      method: "delete",
      path: "/api/reservations/{booking}",
      summary: "Cancels a reservation that was not used; its pass is no longer valid",
      request: { params: bookingParam },
      responses: {
        200: answer("What its driver owes, minor units", z.object({ owed: z.int() })),
        ...errors(401, 404, 409),
      },
    }),
    async (c) => {
      const { booking } = c.req.valid("param");
      return c.json(await store.commit((state) => decideLocalCancel(state, booking, clock.now())), 200);
    },
  );

  app.openapi(
    createRoute({
      ...admin,
      method: "post",
      path: "/api/reservations/admit",
      summary: "The operator admits a driver whose pass the hub cannot check by itself, and starts the charge",
      request: { body: body(admitSchema) },
      responses: {
        202: answer(
          "Asked; without a request somebody has to leave first, then admit again",
          z.object({ ...place, requestId: z.string().nullable() }),
        ),
        ...errors(400, 401, 403, 404, 409),
      },
    }),
    async (c) => {
      const { cpId, connectorId, ...which } = c.req.valid("json");
      const at = cpId === undefined || connectorId === undefined ? null : { cpId, connectorId };
      return c.json(await bookings.admitByOperator(at, which), 202);
    },
  );

  app.openapi(
    createRoute({
      ...admin,
      method: "put",
      path: "/api/reservations/settings",
      summary: "Sets the rules for reservations and turns them on; a paired hub has them from its cloud",
      request: { body: body(bookingSettingsSchema) },
      responses: { 204: nothing, ...errors(400, 401, 409) },
    }),
    async (c) => {
      const data = c.req.valid("json");
      await change((state) => {
        if (state.pairing !== null) {
          throw new AppError("cloud_decides", "This hub is paired: set the rules in the cloud.", { status: 409 });
        }
        return [{ type: "booking.set", data }];
      });
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      ...admin,
      method: "post",
      path: "/api/reservations/clock/confirm",
      summary: "The machine's clock was set ahead, and the operator says that it is right: what is over by it may end",
      responses: { 204: nothing, ...errors(401) },
    }),
    async (c) => {
      await change((state) => confirmEvents(state));
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      ...admin,
      method: "post",
      path: "/api/reservations/recovery/confirm",
      summary: "After a restore without a cloud: the operator has looked at what was booked, and the hub goes on",
      responses: { 204: nothing, ...errors(401, 409) },
    }),
    async (c) => {
      await change((state) => confirmedEvents(state, clock.now()));
      return c.body(null, 204);
    },
  );
}
