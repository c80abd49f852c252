import { z } from "zod";

/** Schemas of the small things that every border shares. */

/** An instant as ISO 8601 in UTC with milliseconds at most, such as `2026-03-29T01:00:00Z`. */
export const instantSchema = z.iso.datetime({ message: "an ISO 8601 instant in UTC is expected" });

/** Identity of a charge point, as in its OCPP URL: 1 to 48 letters, digits and `.`, `_`, `-`. Topic wildcards and slashes are out by design. */
export const cpIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,47}$/, "1 to 48 letters, digits, dots, dashes or underscores");

/** OCPP connector: 0 is the whole charge point, 1 and up are its sockets (OCPP 1.6 section 3.3). */
export const connectorIdSchema = z.number().int().min(0).max(64);

/** Energy in whole watt-hours. */
export const wattHoursSchema = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** OCPP idTag, CiString20. Compared without regard to case (OCPP 1.6 section 7.17). */
export const idTagSchema = z.string().min(1).max(20);

/** IANA time zone that this runtime knows, such as `Europe/Berlin`. */
export const timeZoneSchema = z.string().refine(isTimeZone, "an IANA time zone is expected, such as Europe/Berlin");

/**
 * Text that every store can hold, PostgreSQL's jsonb too: no NUL, no half of a surrogate pair. Refused at the border, since a hub's stream must never
 * stop at what somebody typed.
 */
export const storableTextSchema = z
  .string()
  .refine((text) => !text.includes("\0") && !/\p{Surrogate}/u.test(text), "characters that cannot be stored");

/** The same text as every store can hold it: the replacement character stands for what none can. */
export function storable(text: string): string {
  return text.replaceAll("\0", "\uFFFD").replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** Text that was written before it had to be storable, as in the journal of an older hub: it is mended, since refusing it would stop that hub's stream for good. */
export const heardTextSchema = z.string().overwrite(storable);

/** ISO 4217 code. */
export const currencySchema = z.string().regex(/^[A-Z]{3}$/, "an ISO 4217 currency is expected, such as EUR");

/** Asking the runtime costs a tenth of a millisecond. There are some hundred zones, so this does not grow. */
const knownZones = new Set<string>();

function isTimeZone(zone: string): boolean {
  if (knownZones.has(zone)) return true;
  try {
    Intl.DateTimeFormat("en", { timeZone: zone });
    knownZones.add(zone);
    return true;
  } catch {
    return false;
  }
}
