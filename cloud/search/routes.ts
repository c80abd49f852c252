import { createRoute, z } from "@hono/zod-openapi";
import { SLOT_MS } from "../../shared/booking";
import type { ConnectorType } from "../../shared/connector-types";
import { connectorTypes } from "../../shared/connector-types";
import { AppError } from "../../shared/error";
import { instantSchema } from "../../shared/schema";
import { userOf } from "../accounts/access";
import { relativesOf } from "../accounts/family";
import type { Deps } from "../deps";
import { clientNetwork } from "../http/client-address";
import { notFound } from "../http/errors";
import { LocalLimit } from "../http/local-limit";
import { createRouter, failures, json } from "../http/router";
import { accesses, hosts } from "../sites/tables";
import { detailsOf } from "./details";
import { findPlaces } from "./find";
import type { Box, Point } from "./geo";
import { boxAround, middleOf } from "./geo";
import { Prices } from "./prices";
import type { Search } from "./query";

const MAX_RADIUS_KM = 100;
/** Sides of a map's box, in degrees: some hundred kilometres. */
const MAX_BOX_DEGREES = 5;
const AHEAD_MS = 366 * 86_400_000;
/** Of one address; a map that is moved about asks once a stop. */
const SEARCHES = { hits: 600, windowMs: 60_000 };

const findable = accesses.filter((access) => access !== "private");
const listOf = <T extends string>(values: readonly T[]) =>
  z
    .string()
    .max(1000)
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(values)))
    .optional()
    .openapi({ type: "string", description: `Separated by commas, of ${values.join(", ")}.` });
const degrees = (limit: number) => z.coerce.number().min(-limit).max(limit);
const yes = z
  .enum(["true", "false"])
  .default("false")
  .transform((value) => value === "true")
  .openapi({ type: "boolean", default: false });

const querySchema = z.strictObject({
  lat: degrees(90)
    .optional()
    .openapi({ description: "With `lng` the middle of a circle, or from where a box's distances count." }),
  lng: degrees(180).optional(),
  radiusKm: z.coerce.number().positive().max(MAX_RADIUS_KM).default(10),
  box: z
    .string()
    .max(100)
    .regex(/^(-?\d+(\.\d+)?)(,-?\d+(\.\d+)?){3}$/, "south,west,north,east in degrees")
    .optional()
    .openapi({ description: "A map's south,west,north,east in degrees, instead of a circle." }),
  types: listOf(connectorTypes),
  vehicleId: z
    .uuid()
    .optional()
    .openapi({ description: "A vehicle of the signed-in driver or the family: its connectors count as `types`." }),
  minPowerW: z.coerce.number().int().min(0).max(1_000_000).default(0),
  access: listOf(findable),
  minRating: z.coerce.number().min(1).max(5).optional(),
  freeNow: yes,
  from: instantSchema.optional().openapi({ description: "With `to`: only what can be reserved for that time." }),
  to: instantSchema.optional(),
  openAt: instantSchema.optional(),
  energyWh: z.coerce.number().int().min(0).max(1_000_000).default(20_000),
  minutes: z.coerce
    .number()
    .int()
    .min(1)
    .max(2880)
    .optional()
    .openapi({ description: "How long the car stays; by default from `from` to `to`, else two hours." }),
  sort: z.enum(["distance", "price", "power", "rating"]).default("distance"),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .default(20)
    .transform((limit) => Math.min(limit, 100))
    .openapi({ type: "integer", minimum: 1, maximum: 100, default: 20 }),
  cursor: z.string().max(200).optional(),
});
type Query = z.output<typeof querySchema>;

const resultSchema = z
  .object({
    siteId: z.uuid(),
    name: z.string(),
    host: z.enum(hosts),
    street: z.string(),
    city: z.string(),
    lat: z.number(),
    lng: z.number(),
    distanceM: z.number().int(),
    access: z.enum(accesses),
    timeZone: z.string(),
    open: z.boolean(),
    online: z.boolean().openapi({
      description: "Whether the site's hub was heard of just now; while it was not, nothing is known to be available.",
    }),
    photoUrl: z.string().nullable(),
    rating: z.object({ average: z.number().nullable(), count: z.number().int() }),
    fitting: z.number().int().openapi({ description: "Connectors that fit the search." }),
    maxPowerW: z.number().int(),
    connectors: z.array(
      z.object({
        type: z.enum(connectorTypes),
        maxPowerW: z.number().int(),
        count: z.number().int(),
        available: z.number().int(),
      }),
    ),
    price: z
      .object({ amount: z.number().int(), currency: z.string() })
      .openapi({ description: "Of the stay at the cheapest connector that fits, VAT included, in minor units." }),
  })
  .openapi("SearchResult");

const search = createRoute({
  method: "get",
  path: "/v1/search",
  tags: ["search"],
  summary:
    "Places to charge: around a point or on a map, by connector, power, price, rating, access, and when they are free or open",
  description: "Nobody has to be signed in. Places whose owners share them by a link only are never found.",
  request: { query: querySchema },
  responses: {
    200: json(
      "A page; `total` counts all that fit, or, where `capped`, as many of the nearest as were looked at.",
      z.object({
        places: z.array(resultSchema),
        total: z.number().int(),
        capped: z.boolean(),
        nextCursor: z.string().nullable(),
      }),
    ),
    ...failures,
  },
});

/** How drivers find a place. */
export function searchRoutes({ db, auth, now, trustProxy }: Deps) {
  const prices = new Prices(db);
  const limit = new LocalLimit(SEARCHES);

  async function typesOf({ types, vehicleId }: Query, headers: Headers): Promise<readonly ConnectorType[]> {
    if (vehicleId === undefined) return types ?? connectorTypes;
    const user = await userOf(auth, headers);
    if (!user) throw new AppError("unauthorized", "Sign in to search by a vehicle.", { status: 401 });
    const vehicle = await db
      .selectFrom("vehicles")
      .select("connectors")
      .where("id", "=", vehicleId)
      .where("user_id", "in", await relativesOf(db, user.id))
      .executeTakeFirst();
    if (!vehicle) throw notFound("vehicle");
    const has = new Set<string>(vehicle.connectors);
    return (types ?? connectorTypes).filter((type) => has.has(type));
  }

  return createRouter().openapi(search, async (c) => {
    const query = c.req.valid("query");
    limit.count(clientNetwork(c, trustProxy), now());
    const types = await typesOf(query, c.req.raw.headers);
    const wanted = searchOf(query, types, now());
    const { found, ...page } = await findPlaces(db, prices, wanted, query, now());
    return c.json({ places: await detailsOf(db, found, types, now()), ...page }, 200);
  });
}

/** Throws AppError `invalid` (400) where the parts of a query do not go together. */
function searchOf(query: Query, types: readonly ConnectorType[], now: number): Search {
  const { radiusKm, minPowerW, access, minRating, freeNow, openAt, energyWh, sort } = query;
  const point = pointOf(query);
  const box = query.box === undefined ? undefined : boxOf(query.box);
  if (!box && !point) throw invalid("lat, lng: a point or a box is needed");
  const window = windowOf(query, now);
  const minutes = query.minutes ?? (window ? Math.ceil((window.toMs - window.fromMs) / 60_000) : 120);
  return {
    box: box ?? boxAround(point as Point, radiusKm * 1000),
    from: point ?? middleOf(box as Box),
    radiusM: box ? null : radiusKm * 1000,
    types,
    minPowerW,
    accesses: access ?? findable,
    minRating: minRating ?? 0,
    freeNow,
    window,
    openAt: openAt === undefined ? null : Date.parse(openAt),
    stay: { startMs: window?.fromMs ?? now, energyWh, minutes },
    sort,
  };
}

function pointOf({ lat, lng }: Query): Point | undefined {
  if (lat === undefined && lng === undefined) return undefined;
  if (lat === undefined || lng === undefined) throw invalid("lat, lng: both or none");
  return { lat, lng };
}

function boxOf(text: string): Box {
  const [south, west, north, east] = text.split(",").map(Number) as [number, number, number, number];
  if (south < -90 || north > 90 || south >= north || Math.abs(west) > 180 || Math.abs(east) > 180) {
    throw invalid("box: south,west,north,east in degrees");
  }
  const width = west <= east ? east - west : east - west + 360;
  if (north - south > MAX_BOX_DEGREES || width > MAX_BOX_DEGREES) {
    throw invalid(`box: at most ${MAX_BOX_DEGREES} degrees a side; move closer`);
  }
  return { south, west, north, east };
}

function windowOf({ from, to }: Query, now: number): Search["window"] {
  if (from === undefined && to === undefined) return null;
  if (from === undefined || to === undefined) throw invalid("from, to: both or none");
  const window = { fromMs: Date.parse(from), toMs: Date.parse(to) };
  if (window.fromMs >= window.toMs || window.toMs - window.fromMs > 86_400_000) {
    throw invalid("to: within a day after from");
  }
  if (window.fromMs < now - SLOT_MS || window.toMs > now + AHEAD_MS)
    throw invalid("from: not in the past, and within a year");
  return window;
}

const invalid = (message: string) => new AppError("invalid", message, { status: 400 });
