import { z } from "zod";
import { authorizationStatuses, connectorStatuses, idTagStatuses } from "./ocpp";
import { hubBookingData } from "./booking/schema";
import { bookableSchema } from "./bookable";
import { bookingSettingsSchema } from "./booking-settings";
import { connector, meterSampleSchema, moneySchema, registrationSchema } from "./event-parts";
import { runningSessionSchema, sessionFlagSchema, text } from "./event-parts";
import { heldSchema, loadSettingsSchema, problemSchema } from "./load";
import { connectorIdSchema, cpIdSchema, idTagSchema, instantSchema, timeZoneSchema, wattHoursSchema } from "./schema";
import { siteSchema } from "./site";
import { chargingPeriodSchema, heardTariffSchema, tariffScheduleSchema } from "./tariff/schema";

export { meterSampleSchema, registrationSchema };
export type { Registration } from "./event-parts";

/**
 * Everything that happens at a hub, as facts in the past tense. The hub's state is the fold of these; the cloud gets the same stream.
 * Secrets are never in `data`: they travel in a stored event's `local` part, which stays on the hub.
 */

/** type -> data. A new kind of event is a line here, a case in the folds, and nothing else. */
export const eventData = {
  "hub.paired": z.object({ hubId: z.uuid(), siteId: z.uuid(), cloudUrl: z.url(), epoch: z.number().int().min(1) }),
  "hub.epochStarted": z.object({ epoch: z.number().int().min(1) }),
  /** First event of an epoch: what was there before the cloud listened. */
  "hub.state": z.object({
    chargePoints: z.array(
      registrationSchema.extend({
        online: z.boolean(),
        statuses: z.array(
          z.object({ connectorId: connectorIdSchema, status: z.enum(connectorStatuses), at: instantSchema }),
        ),
      }),
    ),
    sessions: z.array(runningSessionSchema).optional(),
  }),
  "site.set": siteSchema,
  "tariff.set": heardTariffSchema,
  /** Versions of a tariff that come after the one last set, each from its instant on; they replace those told before. */
  "tariff.scheduled": tariffScheduleSchema,
  "tariff.removed": z.object({ tariffId: text(36) }),
  "idTag.set": z.object({
    idTag: idTagSchema,
    status: z.enum(idTagStatuses),
    expiryDate: instantSchema.nullable(),
    parentIdTag: idTagSchema.nullable(),
  }),
  "idTag.removed": z.object({ idTag: idTagSchema }),
  /** `local`: { hash }, the key itself is kept nowhere. */
  "accessKey.set": z.object({ name: text(60), expiresAt: instantSchema.nullable() }),
  "accessKey.removed": z.object({ name: text(60) }),
  /** `local`: { passwordHash, key } where it has a password, and a key for sealed frames. */
  "chargePoint.registered": registrationSchema,
  "chargePoint.removed": z.object({ cpId: cpIdSchema }),
  "chargePoint.booted": z.object({
    cpId: cpIdSchema,
    accepted: z.boolean(),
    vendor: text(60),
    model: text(60),
    serialNumber: text(60).nullable(),
    firmwareVersion: text(60).nullable(),
  }),
  "chargePoint.online": z.object({ cpId: cpIdSchema, transport: z.enum(["mqtt", "websocket"]) }),
  "chargePoint.offline": z.object({ cpId: cpIdSchema }),
  /**
   * A charger is told to use another password (AuthorizationKey; `local`: { passwordHash }), has come back with it, or did not take it. Until it has come back
   * with one of them, the old one and all that it was told open.
   */
  "chargePoint.passwordChanging": z.object({
    cpId: cpIdSchema,
    step: z.enum(["offered", "adopted", "refused"]),
  }),
  /** The same for a higher security profile: it is asked for once the charger has come with it. */
  "chargePoint.profileChanging": z.object({
    cpId: cpIdSchema,
    step: z.enum(["offered", "adopted", "refused"]),
    securityProfile: z.number().int().min(1).max(3),
  }),
  /** The hub's authority has signed a client certificate. `fingerprint`: SHA-256, hex. */
  "chargePoint.certificateIssued": z.object({
    cpId: cpIdSchema,
    serialNumber: text(40),
    fingerprint: z.string().length(64),
    commonName: text(64),
    notAfter: instantSchema,
  }),
  "chargePoint.certificateRevoked": z.object({ cpId: cpIdSchema, serialNumber: text(40) }),
  /** What a charger says of its own security (Security whitepaper, SecurityEventNotification), or the hub of the charger's. */
  "chargePoint.securityEvent": z.object({
    cpId: cpIdSchema,
    source: z.enum(["chargePoint", "hub"]),
    type: text(50),
    techInfo: text(255).nullable(),
    chargerTime: text(60).nullable(),
  }),
  /** How a diagnostics or log upload, or a firmware update, goes on; `requestId` is that of GetLog or SignedUpdateFirmware. */
  "chargePoint.reported": z.object({
    cpId: cpIdSchema,
    about: z.enum(["diagnostics", "log", "firmware", "signedFirmware"]),
    status: text(50),
    requestId: z.number().int().nullable(),
  }),
  /** The machine's clock was set by so much (by NTP or by hand), and the hub follows; before the events of the sessions that run. */
  "clock.stepped": z.object({ byMs: z.number().int() }),
  /** The hub's clock is ahead of what anybody has confirmed by so much; 0: its cloud or its operator says that it is right. */
  "clock.doubted": z.object({ aheadMs: z.number().int().min(0) }),
  /** A charger's upload, or firmware for chargers, lies beside the journal. `local`: { secret } of its address. */
  "file.stored": z.object({
    id: z.uuid(),
    kind: z.enum(["upload", "firmware"]),
    cpId: cpIdSchema.nullable(),
    about: z.enum(["diagnostics", "securityLog"]).nullable(),
    name: text(120),
    bytes: z.number().int().min(0),
    sha256: z.string().length(64),
  }),
  "file.removed": z.object({ id: z.uuid() }),
  /** What is in a charger's local authorisation list since now: the id tags as they were at event `upTo`. Not `supported`: it keeps none. */
  "localList.told": z.object({
    cpId: cpIdSchema,
    supported: z.boolean(),
    listVersion: z.number().int().min(0),
    upTo: z.number().int().min(0),
    entries: z.number().int().min(0),
    /** Whether all id tags found room. */
    complete: z.boolean(),
    firmwareVersion: text(60).nullable(),
  }),
  "connector.status": z.object({
    ...connector,
    status: z.enum(connectorStatuses),
    errorCode: text(50),
    info: text(200).nullable(),
    vendorErrorCode: text(50).nullable(),
    chargerTime: text(60).nullable(),
  }),
  /** Kept for a booking's driver, by its hub and, where it can, by the charger (OCPP 1.6 section 5.13): only `idTag` may start there `until` then. */
  "connector.reserved": z.object({
    ...connector,
    booking: text(64),
    version: z.number().int().min(1),
    reservationId: z.number().int(),
    idTag: idTagSchema,
    until: instantSchema,
  }),
  "connector.released": z.object(connector),
  /** A driver asked for a start at the page. `local`: { secretHash }. */
  "start.requested": z.object({ ...connector, requestId: text(64), idTag: idTagSchema }),
  /** The charger's answer to RemoteStartTransaction; from here the connection time-out runs. */
  "start.accepted": z.object({ ...connector, requestId: text(64) }),
  "start.failed": z.object({
    ...connector,
    requestId: text(64),
    reason: z.enum(["offline", "rejected", "no_answer", "not_plugged_in", "not_charging", "error"]),
  }),
  "session.started": z.object({
    ...connector,
    id: z.uuid(),
    transactionId: z.number().int().nullable(),
    idTag: idTagSchema,
    requestId: text(64).nullable(),
    reservationId: z.number().int().nullable(),
    startedAt: instantSchema,
    /** The charger's own text; with idTag and meterStart it recognises a repeated StartTransaction. */
    chargerTime: text(60).nullable(),
    meterStart: wattHoursSchema,
    tariff: heardTariffSchema,
    timeZone: timeZoneSchema,
    authorization: z.enum(authorizationStatuses),
    flags: z.array(sessionFlagSchema),
  }),
  /** The hub's clock was set while this session ran, whose times are the hub's: they move along, so that it is no longer or shorter for it. */
  "session.shifted": z.object({ ...connector, id: z.uuid(), byMs: z.number().int() }),
  /** MeterValues: `id` is the session it belongs to, null where none is open; register and power are what the hub made of the values. */
  "session.metered": z.object({
    ...connector,
    id: z.uuid().nullable(),
    at: instantSchema,
    registerWh: wattHoursSchema.nullable(),
    powerW: z.number().int().nullable(),
    /** The register contradicts what was seen before: from here on the session is billed by start and stop alone. */
    suspicious: z.boolean().optional(),
    samples: z.array(meterSampleSchema),
  }),
  "session.ended": z.object({
    ...connector,
    id: z.uuid(),
    endedAt: instantSchema,
    meterStop: wattHoursSchema,
    energyWh: wattHoursSchema,
    reason: text(40),
    periods: z.array(chargingPeriodSchema),
    cost: moneySchema,
    receiptNumber: text(40),
    /** The charger's own text; with the register it recognises a repeated StopTransaction. */
    chargerTime: text(60).nullable().optional(),
    flags: z.array(sessionFlagSchema),
  }),
  /** A StopTransaction that fits no session (ocpp 1.6 lets a charger repeat it until it is accepted): kept for the owner. */
  "transaction.orphaned": z.object({
    cpId: cpIdSchema,
    transactionId: z.number().int(),
    idTag: text(20).nullable(),
    meterStop: z.number(),
    reason: text(40).nullable(),
    chargerTime: text(60).nullable(),
  }),
  "load.set": loadSettingsSchema,
  /** Written before a charger is told of more, so that a hub that starts again knows the worst case. Rounded up, so that it is seldom. */
  "load.held": heldSchema,
  /** A charger does not obey its limits, or does again. */
  "load.problem": problemSchema,
  /** A range of meter samples that the hub could not keep any longer: see `THINNED` in sync.ts. */
  "journal.thinned": z.object({ from: z.number().int().min(1), hash: z.string().regex(/^[0-9a-f]{64}$/) }),
  /** A message of the cloud's feed took effect; in the same commit as that effect. */
  "feed.applied": z.object({ position: z.number().int().min(1) }),
  "command.finished": z.object({
    commandId: z.uuid(),
    outcome: z.enum(["accepted", "rejected", "failed", "expired"]),
    detail: text(500).nullable(),
  }),
} as const;

/** Everything that goes up the stream: reservations (shared/booking) write their facts into the same journal. */
export const streamData = {
  ...eventData,
  /** The owner's rules have come down the feed. */
  "booking.set": bookingSettingsSchema,
  /** What he says of the connectors has. */
  "bookable.set": bookableSchema,
  ...hubBookingData,
} as const;

export type HubEventType = keyof typeof streamData;

/** An event as it is made: one member a type. A sale of the hub has its buyer (holder, idTag) in `local`. */
export type HubEvent = {
  [T in HubEventType]: { type: T; data: z.infer<(typeof streamData)[T]>; local?: Record<string, unknown> };
}[HubEventType];

/** An event in the stream: numbered, timed and with an identity of its own (UUIDv7) by which a repeat is known. */
export type StreamEvent = {
  [T in HubEventType]: { id: string; seq: number; at: string; type: T; data: z.infer<(typeof streamData)[T]> };
}[HubEventType];

const streamEventEnvelope = z.object({
  id: z.uuid(),
  seq: z.number().int().min(1),
  at: instantSchema,
  type: z.string(),
  data: z.unknown(),
});

/** Schemas of data as code that zod generates, a type's when its first event comes: it takes a sixth of the time. What does not fit goes to the schema itself, whose words the errors are. */
const compiled = new Map<string, z.ZodType>();

function schemaOf(type: string): z.ZodType | undefined {
  if (!Object.hasOwn(streamData, type)) return undefined;
  const schema = compiled.get(type) ?? z.compile(streamData[type as HubEventType]);
  compiled.set(type, schema);
  return schema;
}

/**
 * Validates an event that came over the border. An unknown type or data of another shape is an error with the path of what is wrong:
 * hub and cloud of different versions must not quietly drop facts.
 */
export const streamEventSchema: z.ZodType<StreamEvent> = streamEventEnvelope.transform((event, context) => {
  const parsed = schemaOf(event.type)?.safeParse(event.data);
  if (!parsed?.success) {
    const why = parsed ? z.prettifyError(parsed.error) : `unknown event type ${event.type}`;
    context.addIssue({ code: "custom", message: why });
    return z.NEVER;
  }
  return { ...event, data: parsed.data } as StreamEvent;
});
