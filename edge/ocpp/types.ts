import { z } from "zod";
import { authorizationStatuses } from "../../shared/ocpp";

/** Types that several messages share (OCPP 1.6 section 7). Incoming ones are lenient, outgoing ones as strict as the standard. */

/** CiString50 and its like, outgoing: refused where longer. */
export const ciString = (max: number) => z.string().min(1).max(max);

/** Outgoing instant: ISO 8601 with a zone. */
export const dateTime = z.iso.datetime({ offset: true, message: "an ISO 8601 instant is expected" });

/** Text of a charger that is for people: taken whatever its length, since makers overrun the standard's limits. */
export const looseText = z.string().max(2500);

/** What a charger calls a time; its text is kept and judged later (see times.ts). null and missing are the same. */
export const looseTime = z.string().max(60).nullish();

/** Connector 0 (the whole charge point) and up. */
export const anyConnector = z.int().min(0).max(64);

/** One socket. */
export const oneConnector = z.int().min(1).max(64);

/** An answer that says nothing; what a charger adds is ignored. */
export const emptyResponse = z.looseObject({});

/** OCPP 1.6 section 7.27. */
export const idTagInfo = z.object({
  status: z.enum(authorizationStatuses),
  expiryDate: dateTime.optional(),
  parentIdTag: z.string().max(20).optional(),
});
export type IdTagInfo = z.infer<typeof idTagInfo>;

/** A current or power with one decimal at most (OCPP 1.6 section 7.14). */
const oneDecimal = z
  .number()
  .min(0)
  .refine((value) => Math.abs(value * 10 - Math.round(value * 10)) < 1e-6, "at most one decimal");

/** OCPP 1.6 section 7.13. */
const chargingSchedule = z.strictObject({
  duration: z.int().min(0).optional(),
  startSchedule: dateTime.optional(),
  chargingRateUnit: z.enum(["A", "W"]),
  chargingSchedulePeriod: z
    .array(
      z.strictObject({
        startPeriod: z.int().min(0),
        limit: oneDecimal,
        numberPhases: z.int().min(1).max(3).optional(),
      }),
    )
    .min(1),
  minChargingRate: oneDecimal.optional(),
});

/** OCPP 1.6 section 7.8. */
export const chargingProfile = z.strictObject({
  chargingProfileId: z.int(),
  transactionId: z.int().optional(),
  stackLevel: z.int().min(0),
  chargingProfilePurpose: z.enum(["ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"]),
  chargingProfileKind: z.enum(["Absolute", "Recurring", "Relative"]),
  recurrencyKind: z.enum(["Daily", "Weekly"]).optional(),
  validFrom: dateTime.optional(),
  validTo: dateTime.optional(),
  chargingSchedule,
});

/** Security whitepaper, CertificateHashDataType. */
export const certificateHashData = z.strictObject({
  hashAlgorithm: z.enum(["SHA256", "SHA384", "SHA512"]),
  issuerNameHash: z.string().max(128),
  issuerKeyHash: z.string().max(128),
  serialNumber: z.string().max(40),
});

/** A call to a charger: what we may send, and what we understand of the answer. */
export interface CallSchema {
  request: z.ZodType;
  response: z.ZodType;
}

/** The usual answer: one status word. */
export const statusResponse = <const T extends readonly [string, ...string[]]>(statuses: T) =>
  z.looseObject({ status: z.enum(statuses) });
