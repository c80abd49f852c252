import { z } from "@hono/zod-openapi";
import { connectorTypes, facilities } from "../../shared/connector-types";
import { alwaysOpen } from "../../shared/opening-hours";
import { openingHoursSchema } from "../../shared/opening-hours-schema";
import { connectorIdSchema, cpIdSchema, instantSchema } from "../../shared/schema";
import { tariffSchema } from "../../shared/tariff";
import { siteParam } from "./routes";
import { accesses, hosts, listingStates, placeStatuses } from "./tables";

/** Shapes of what drivers see of a site, and of what its owner says about it. */

/** A copy: what was made before zod learned of OpenAPI does not know it. */
export const hoursSchema = openingHoursSchema.clone().openapi({
  type: "object",
  description:
    "`week` null: around the clock. An exception holds instead of its weekday. Times are the site's own; a period may run over midnight.",
});

/** Text of people: without characters that do not belong into one. */
const text = (max: number) => z.string().trim().max(max);

const addressShape = {
  street: text(120),
  postalCode: text(20),
  city: text(80),
  country: z.string().regex(/^[A-Z]{2}$/, "an ISO 3166 country is expected, such as DE"),
};
const positionShape = { lat: z.number().min(-90).max(90), lng: z.number().min(-180).max(180) };

/** What an owner says; complete each time. */
export const placeInputSchema = z
  .strictObject({
    host: z.enum(hosts).openapi({ description: "`private`: somebody's own charger, lent when it is not needed." }),
    ...addressShape,
    ...positionShape,
    description: text(2000).default(""),
    facilities: z
      .array(z.enum(facilities))
      .max(facilities.length)
      .default([])
      .transform((list) => [...new Set(list)]),
    hours: hoursSchema.default(alwaysOpen),
    access: z.enum(accesses).openapi({
      description:
        "`public`: everyone; `members`: only who has a membership there or came by a share link; `booked`: only with a reservation; `private`: found by nobody, open to who has a share link.",
    }),
  })
  .openapi("PlaceInput");
export type PlaceInput = z.output<typeof placeInputSchema>;

const photoShape = {
  photoId: z.uuid(),
  url: z.string(),
  contentType: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  caption: z.string(),
};
export const photoSchema = z.object(photoShape).openapi("PlacePhoto");

const ratingSchema = z
  .object({ average: z.number().nullable(), count: z.number().int() })
  .openapi({ description: "Of 1 to 5; `average` is null without any." });

const openSchema = z.object({
  open: z.boolean(),
  until: instantSchema.nullable().openapi({ description: "When that changes; null: not within two weeks." }),
});

/** The place as its owner sees it. */
export const ownPlaceSchema = z
  .object({
    ...placeInputSchema.shape,
    siteId: z.uuid(),
    state: z.enum(listingStates),
    reason: z.string().nullable().openapi({ description: "Why an admin refused it." }),
    submittedAt: instantSchema.nullable(),
    decidedAt: instantSchema.nullable(),
    photos: z.array(photoSchema),
    rating: ratingSchema,
  })
  .openapi("OwnPlace");

const connectorKeyShape = { cpId: z.string(), connectorId: z.number().int() };
const technicalShape = {
  label: z.string(),
  type: z.enum(connectorTypes).nullable(),
  current: z.enum(["AC", "DC"]).nullable(),
  powerW: z.number().int().nullable(),
};

/** A connector as its owner sees it. */
export const ownConnectorSchema = z
  .object({
    ...connectorKeyShape,
    ...technicalShape,
    ownPowerW: z.number().int().nullable().openapi({ description: "As the owner has said; null: as the hub has." }),
    told: z.boolean().openapi({ description: "The site's hub has this connector." }),
    link: z.string().openapi({ description: "For the QR code on the connector." }),
  })
  .openapi("OwnConnector");

export const connectorInputSchema = z
  .strictObject({
    type: z.enum(connectorTypes),
    powerW: z.number().int().min(1000).max(1_000_000).nullable().default(null),
    label: text(40).default(""),
  })
  .openapi("ConnectorInput");

export const connectorParam = siteParam.extend({
  cpId: cpIdSchema,
  connectorId: z.coerce.number().pipe(connectorIdSchema.min(1)),
});

/** Live part of a place. */
const liveSchema = z
  .object({
    hub: z
      .object({ online: z.boolean(), offlineSince: instantSchema.nullable() })
      .openapi({ description: "While the site's hub is offline, `status` is the last that was heard." }),
    connectors: z.array(
      z.object({
        ...connectorKeyShape,
        status: z.enum(placeStatuses).nullable().openapi({ description: "null: not known yet." }),
        since: instantSchema.nullable(),
      }),
    ),
  })
  .openapi("PlaceLive");
export type PlaceLive = z.infer<typeof liveSchema>;

/** What a driver sees. */
export const placeSchema = z
  .object({
    siteId: z.uuid(),
    name: z.string(),
    host: z.enum(hosts),
    ...addressShape,
    ...positionShape,
    timeZone: z.string(),
    currency: z.string(),
    description: z.string(),
    facilities: z.array(z.enum(facilities)),
    hours: hoursSchema,
    now: openSchema,
    access: z.enum(accesses),
    mayBook: z.boolean().openapi({ description: "Whether who asks may reserve here at all." }),
    photos: z.array(photoSchema),
    rating: ratingSchema,
    hub: liveSchema.shape.hub,
    connectors: z.array(
      liveSchema.shape.connectors.element.extend({
        ...technicalShape,
        tariffId: z.string().nullable().openapi({ description: "Of `tariffs`; null: free of charge." }),
        link: z.string(),
      }),
    ),
    tariffs: z.array(tariffSchema),
  })
  .openapi("Place");
export type Place = z.infer<typeof placeSchema>;
