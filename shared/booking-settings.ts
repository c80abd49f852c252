import { z } from "zod";
import { termsSchema } from "./booking/schema";

/** What an owner decides about reservations at a site. The cloud sells by it, and its hub hears of it through the feed. */
export const bookingSettingsSchema = z.strictObject({
  /** Whether the cloud sells here at all; what was sold stays. */
  open: z.boolean(),
  /** Whether the hub keeps one seat of each class that has two or more for walk-ins (Rule 3). */
  walkInSeat: z.boolean(),
  /** How far ahead of now all cells are the hub's (Rule 3): whole cells of 15 minutes, a day at most. */
  frontierMinutes: z.number().int().min(0).max(1440).multipleOf(15),
  /** A walk-in's car goes so many minutes before the next booking (Rule 9). */
  bufferMinutes: z.number().int().min(0).max(60),
  /** Longest booking, in whole cells. */
  maxMinutes: z.number().int().min(15).max(1440).multipleOf(15),
  /** Price of the reservation itself for an hour, minor units of the site's currency; energy is priced by the tariff. */
  pricePerHour: z.number().int().min(0).max(1_000_000),
  /** Frozen in each booking when it is confirmed. */
  terms: termsSchema.strict(),
});
export type BookingSettings = z.infer<typeof bookingSettingsSchema>;

/** Until an owner says otherwise: nothing costs a fee, and one seat in two stays for walk-ins. */
export const defaultBookingSettings: BookingSettings = {
  open: true,
  walkInSeat: true,
  frontierMinutes: 120,
  bufferMinutes: 5,
  maxMinutes: 240,
  pricePerHour: 0,
  terms: {
    early_start_time: 10,
    noshow_timeout: 15,
    late_stop_time: 5,
    cancel_until_minutes: 60,
    lateCancelFee: 0,
    noShowFee: 0,
    compensation: 0,
  },
};
