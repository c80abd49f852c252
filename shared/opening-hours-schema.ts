import { z } from "zod";
import type { OpeningHours } from "./opening-hours";

const from = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time such as 08:30 is expected");
const to = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "a time such as 18:30 or 24:00 is expected");
const periods = z.array(z.strictObject({ from, to })).max(8);

/** Opening hours as an owner writes them (see `opening-hours.ts`). At most one exception a date. */
export const openingHoursSchema: z.ZodType<OpeningHours, OpeningHours> = z.strictObject({
  week: z
    .strictObject({
      MONDAY: periods,
      TUESDAY: periods,
      WEDNESDAY: periods,
      THURSDAY: periods,
      FRIDAY: periods,
      SATURDAY: periods,
      SUNDAY: periods,
    })
    .nullable(),
  exceptions: z
    .array(z.strictObject({ date: z.iso.date(), periods, note: z.string().max(100) }))
    .max(100)
    .refine((days) => new Set(days.map(({ date }) => date)).size === days.length, "each date at most once"),
});
