import type { BookingSettings } from "../../../shared/booking-settings";
import { currencyDigits } from "../../../shared/money";
import { readNumber } from "../tariff-form";

/** The rules for bookings as a form has them: numbers as typed, money in units of the currency. */

const minuteFields = {
  maxMinutes: { least: 15, most: 1440, step: 15 },
  early_start_time: { least: 0, most: 10_080, step: 1 },
  noshow_timeout: { least: 0, most: 10_080, step: 1 },
  late_stop_time: { least: 0, most: 10_080, step: 1 },
  cancel_until_minutes: { least: 0, most: 10_080, step: 1 },
  bufferMinutes: { least: 0, most: 60, step: 1 },
  frontierMinutes: { least: 0, most: 1440, step: 15 },
} as const;
const moneyFields = ["pricePerHour", "lateCancelFee", "noShowFee", "compensation"] as const;
type MinuteField = keyof typeof minuteFields;
export type MoneyField = (typeof moneyFields)[number];
export type SettingsField = MinuteField | MoneyField;

const MOST_MINOR = 1_000_000;

export type SettingsForm = Record<SettingsField, string> & Pick<BookingSettings, "open" | "walkInSeat">;
/** Fields that cannot be read, with what their numbers must be. */
type SettingsErrors = Partial<Record<SettingsField, { least: number; most: number; step: number }>>;

export function formOf({ terms, open, walkInSeat, ...rest }: BookingSettings, currency: string): SettingsForm {
  const values = { ...rest, ...terms };
  const units = 10 ** currencyDigits(currency);
  const money = moneyFields.map((name) => [name, String(values[name] / units)]);
  const minutes = (Object.keys(minuteFields) as MinuteField[]).map((name) => [name, String(values[name])]);
  return { ...(Object.fromEntries([...money, ...minutes]) as Record<SettingsField, string>), open, walkInSeat };
}

/** The rules that a form means, or what is wrong with it. */
export function settingsOf(
  { open, walkInSeat, ...form }: SettingsForm,
  currency: string,
): { settings: BookingSettings } | { errors: SettingsErrors } {
  const errors: SettingsErrors = {};
  const minutes = (name: MinuteField) => {
    const { least, most, step } = minuteFields[name];
    const value = readNumber(form[name]);
    if (value === null || value < least || value > most || value % step !== 0) errors[name] = { least, most, step };
    return value ?? 0;
  };
  const units = 10 ** currencyDigits(currency);
  const money = (name: MoneyField) => {
    const value = readNumber(form[name]);
    const minor = Math.round((value ?? 0) * units);
    if (value === null || minor > MOST_MINOR) errors[name] = { least: 0, most: MOST_MINOR / units, step: 1 / units };
    return minor;
  };
  const settings = {
    open,
    walkInSeat,
    maxMinutes: minutes("maxMinutes"),
    bufferMinutes: minutes("bufferMinutes"),
    frontierMinutes: minutes("frontierMinutes"),
    pricePerHour: money("pricePerHour"),
    terms: {
      early_start_time: minutes("early_start_time"),
      noshow_timeout: minutes("noshow_timeout"),
      late_stop_time: minutes("late_stop_time"),
      cancel_until_minutes: minutes("cancel_until_minutes"),
      lateCancelFee: money("lateCancelFee"),
      noShowFee: money("noShowFee"),
      compensation: money("compensation"),
    },
  };
  return Object.keys(errors).length > 0 ? { errors } : { settings };
}
