import { z } from "zod";
import { cloudBookingData } from "./booking/schema";
import { bookableSchema } from "./bookable";
import { bookingSettingsSchema } from "./booking-settings";
import { eventData, streamEventSchema } from "./events";
import { instantSchema } from "./schema";
import { siteSchema } from "./site";
import { heardTariffSchema, tariffScheduleSchema } from "./tariff/schema";

/** What hub and cloud say to each other. Both import this file, and never each other. */

/** Chain hash before the first event. */
export const GENESIS = "0".repeat(64);

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/, "a lower-case hex SHA-256 is expected");

/**
 * Hash of the stream up to and with this event. Two streams with the same hash have the same past, so a restored or cloned hub is noticed.
 * The text hashed is the hash before, a line feed, and the event's JSON with its keys in this order; `JSON.parse` and `JSON.stringify`
 * keep that text, so both sides hash what they hold. `sha256` gives lower-case hex of UTF-8; `dataJson` is the JSON of `data`, for who has it at hand already. A thinned
 * range (`THINNED`) brings the hash after it.
 */
export function chainHash(
  prev: string,
  event: ChainedEvent,
  sha256: (text: string) => string,
  dataJson: string = JSON.stringify(event.data),
): string {
  if (event.type === THINNED) return (event.data as { hash: string }).hash;
  return sha256(chainText(prev, event, dataJson));
}

/** What the chain is made of. */
interface ChainedEvent {
  id: string;
  seq: number;
  at: string;
  type: string;
  data: unknown;
}

/**
 * Stands for a range of meter samples that a hub could not keep any longer (its journal is bounded, and its cloud was away for very long), so that the
 * stream has no hole: from `from` to its own `seq`. `id`, `seq` and `at` are those of the last one, so that it is known where that one is known;
 * `hash` is the chain hash after it, where the chain goes on.
 */
export const THINNED = "journal.thinned";

/** Number of the first event that this one stands for: its own, but for a thinned range. */
export function firstSeq({ seq, type, data }: Pick<ChainedEvent, "seq" | "type" | "data">): number {
  return type === THINNED ? (data as { from: number }).from : seq;
}

/** The text that is hashed. */
function chainText(
  prev: string,
  { id, seq, at, type }: { id: string; seq: number; at: string; type: string },
  dataJson: string,
): string {
  const head = JSON.stringify({ id, seq, at, type });
  return `${prev}\n${head.slice(0, -1)},"data":${dataJson}}`;
}

/** At most this many events a batch, and bytes of body. */
export const BATCH_EVENTS = 500;
export const BATCH_BYTES = 4 * 1024 * 1024;

/** Up: `POST /v1/hubs/{hubId}/events`. `prev` is the chain hash before the first event (of the head, if there is none). */
export const eventBatchSchema = z.object({
  epoch: z.number().int().min(1),
  prev: hashSchema,
  feedAck: z.number().int().min(0),
  /** Seq of the hub's newest event, sent or not: where it is behind the cloud's cursor, the hub was restored from a back-up. */
  head: z.number().int().min(0).optional(),
  events: z.array(streamEventSchema).max(BATCH_EVENTS),
});
export type EventBatch = z.infer<typeof eventBatchSchema>;

/** 200: everything up to `ackedSeq` is on the cloud's disk. */
export const batchAnswerSchema = z.object({ ackedSeq: z.number().int().min(0) });

/**
 * 409 has code `gap` (the batch starts after what the cloud expects: send from `expectedSeq`), `diverged` (this is not the past that the cloud
 * knows: ask for a new epoch) or `stale_epoch` (a newer epoch exists: a clone or an old back-up is speaking; ask for a new epoch).
 */
export const syncConflictSchema = z.object({
  error: z.object({
    code: z.enum(["gap", "diverged", "stale_epoch"]),
    message: z.string(),
    details: z.object({ expectedSeq: z.number().int(), epoch: z.number().int() }),
  }),
});

/**
 * `POST /v1/hubs/{hubId}/epochs`. A hub that has seats is RECOVERING when it asks (booking, Rule 10) and says which recovery it is, and what epoch of
 * the cloud it was last told; 409 `recovery_needed` where it does not.
 */
export const epochRequestSchema = z.union([
  z.strictObject({ recovery: z.string().min(1).max(64), after: z.number().int().min(1) }),
  z.strictObject({}),
]);
export type EpochRequest = z.infer<typeof epochRequestSchema>;

/**
 * 201. The first batch of the new epoch may start anywhere; repeats are known by event id. `recovery` is the one that began `epoch`: where it is not the one that asked,
 * no epoch was begun, since `after` was old: ask again with `after` as `epoch` says. Booking events of the new epoch count from `hub.recovered` on.
 */
export const epochAnswerSchema = z.object({
  epoch: z.number().int().min(1),
  recovery: z.string().nullable().optional(),
});

/** An Ed25519 key as a JWK (RFC 8037). */
export const publicKeySchema = z.object({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string().length(43),
});

/**
 * `POST /v1/hubs/{hubId}/key`: a new key for the hub. The request's token, signed by the present key, has it as its claim `nextKey`; `proof` is a token signed by the new one.
 * Both hold until `POST /v1/hubs/{hubId}/key/confirm` comes signed by the new key, which is then the only one.
 */
export const keyRequestSchema = z.object({ proof: z.string().min(1).max(2000) });

/** `POST /v1/hubs/pair`, with the one-time code that the owner was shown and the public half of the hub's new Ed25519 key. */
export const pairRequestSchema = z.object({
  code: z.string().min(8).max(64),
  publicKey: publicKeySchema,
  name: z.string().min(1).max(100),
  version: z.string().max(40),
});
export type PairRequest = z.infer<typeof pairRequestSchema>;

/**
 * 201. `audience` goes into the `aud` of the hub's tokens; `keys` verify passes while offline (`kid`). In books and passes the hub is named by
 * `siteId`, so that a replacement can take its bookings over.
 */
export const pairAnswerSchema = z.object({
  hubId: z.uuid(),
  siteId: z.uuid(),
  /** Of the stream, and of the book. */
  epoch: z.number().int().min(1),
  /** The site had a hub that may have sold: begin a recovery (Rule 10), and ask for an epoch `after` this one. */
  recover: z.boolean().optional(),
  /** Secret of hub and cloud, base64url: a pass's `pinTag` is `HMAC-SHA256(pinSecret, "{booking}:{pin}")`, base64url. */
  pinSecret: z.string().length(43).optional(),
  booking: bookingSettingsSchema.optional(),
  audience: z.string(),
  site: siteSchema,
  tariffs: z.array(heardTariffSchema),
  keys: z.array(z.record(z.string(), z.unknown())),
});
export type PairAnswer = z.infer<typeof pairAnswerSchema>;

/**
 * 200 of `GET /v1/hubs/{hubId}/pass-secrets`: what the hub checks the cloud's passes and their PINs with. The hub fetches it before it opens its feed, and
 * says `id` there (`?passSecrets=`) once it is on its disk; before that, the cloud sells nothing at its site.
 */
export const passSecretsSchema = z.object({
  id: z.string().min(1).max(100),
  keys: pairAnswerSchema.shape.keys,
  pinSecret: z.string().length(43),
});
export type PassSecrets = z.infer<typeof passSecretsSchema>;

/** Name of the 401's body field with the cloud's clock, ISO 8601: a hub that booted in 1970 signs with that offset. */
export const clockErrorSchema = z.object({
  error: z.object({ code: z.string(), message: z.string() }),
  serverTime: instantSchema,
});

/** A message of the book goes by its epoch, which is the stream's: positions give the order within it (`accept` of shared/booking). */
const bookMessage = <Type extends keyof typeof cloudBookingData>(type: Type) =>
  z.object({ type: z.literal(type), epoch: z.number().int().min(1), data: cloudBookingData[type] });

/** A message whose JSON is longer goes down in parts of at most so many characters. */
export const PART_CHARS = 200_000;

/** One of `of` pieces of a message's JSON, each with a position of its own, one after the other; the message takes effect with the last. */
export const partSchema = z.object({
  index: z.number().int().min(0),
  of: z.number().int().min(2).max(1000),
  text: z.string().min(1).max(PART_CHARS),
});
export type Part = z.infer<typeof partSchema>;

/** Down: one SSE message of `GET /v1/hubs/{hubId}/feed`; the SSE id is the position, `Last-Event-ID` asks for what follows it. */
export const feedMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("part"), data: partSchema }),
  z.object({ type: z.literal("site.set"), data: siteSchema }),
  z.object({ type: z.literal("tariff.set"), data: heardTariffSchema }),
  z.object({ type: z.literal("tariff.scheduled"), data: tariffScheduleSchema }),
  z.object({ type: z.literal("tariff.removed"), data: z.object({ tariffId: z.string() }) }),
  z.object({ type: z.literal("idTag.set"), data: eventData["idTag.set"] }),
  z.object({ type: z.literal("idTag.removed"), data: eventData["idTag.removed"] }),
  z.object({ type: z.literal("booking.set"), data: bookingSettingsSchema }),
  z.object({ type: z.literal("bookable.set"), data: bookableSchema }),
  bookMessage("booking.sold"),
  bookMessage("booking.cancelRequested"),
  bookMessage("cells.granted"),
  bookMessage("cells.requested"),
  bookMessage("epoch.started"),
  z.object({
    type: z.literal("command"),
    data: z.object({
      commandId: z.uuid(),
      /** After this instant the hub answers `expired` and does nothing. */
      expiresAt: instantSchema,
      command: z.discriminatedUnion("name", [
        z.object({ name: z.literal("stopSession"), sessionId: z.uuid() }),
        z.object({
          name: z.literal("startSession"),
          cpId: z.string(),
          connectorId: z.number().int().min(1),
          idTag: z.string().max(20),
        }),
      ]),
    }),
  }),
]);
export type FeedMessage = z.infer<typeof feedMessageSchema>;

/**
 * Claims of the hub's token (jose, EdDSA): `iss` and `sub` the hub's id, `aud` from the pairing, `instance` a UUID of this run of its program, at most 60 s old; and, for its owner,
 * `version` of its program and `clock`, its own one in epoch ms, whichever it signs with.
 */
export const HUB_TOKEN_SECONDS = 60;
