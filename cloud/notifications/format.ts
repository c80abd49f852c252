import { formatMoney } from "../../shared/money";

/** Who reads: times are shown in their zone, words and numbers in their language. */
export interface Reader {
  language: "en" | "de";
  timeZone: string;
}

/** An instant as people write it, with the day, and with the zone, which need not be that of the site: `Sat 21 Nov, 14:00 CET`. */
export function formatTime(at: string, { language, timeZone }: Reader): string {
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : "de-DE", {
    timeZone,
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  }).format(new Date(at));
}

/** An amount of minor units. */
export function formatAmount({ amount, currency }: { amount: number; currency: string }, { language }: Reader): string {
  return formatMoney(amount, currency, language);
}
