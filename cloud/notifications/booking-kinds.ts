import { z } from "zod";
import { formatAmount, formatTime } from "./format";
import type { Reader } from "./format";
import { instant, kind, money, site } from "./kind";

/** Notifications of bookings, waiting and weekly ones. */
export const bookingKinds = {
  bookingConfirmed: kind({
    data: z.object({ ...site, booking: z.string(), start: instant, end: instant }),
    channels: ["email", "push"],
    path: (d) => `/charging/${d.siteId}/${d.booking}`,
    en: (d, r) => ({
      title: `Booked: ${d.siteName}`,
      body: `${formatTime(d.start, r)} to ${formatTime(d.end, r)}. Your pass is in the app; it also works where the site is offline.`,
    }),
    de: (d, r) => ({
      title: `Gebucht: ${d.siteName}`,
      body: `${formatTime(d.start, r)} bis ${formatTime(d.end, r)}. Ihr Pass ist in der App; er gilt auch, wenn der Standort offline ist.`,
    }),
  }),
  bookingStartsSoon: kind({
    data: z.object({ ...site, booking: z.string(), start: instant }),
    channels: ["push"],
    path: (d) => `/charging/${d.siteId}/${d.booking}`,
    en: (d, r) => ({ title: `Soon: ${d.siteName}`, body: `Your charging time starts at ${formatTime(d.start, r)}.` }),
    de: (d, r) => ({ title: `Bald: ${d.siteName}`, body: `Ihre Ladezeit beginnt um ${formatTime(d.start, r)}.` }),
  }),
  holdEnding: kind({
    data: z.object({ ...site, start: instant, until: instant }),
    channels: ["push"],
    path: () => "/charging",
    en: (d, r) => ({
      title: `Held for you until ${formatTime(d.until, r)}`,
      body: `${d.siteName}, ${formatTime(d.start, r)}: confirm it, or it goes to others.`,
    }),
    de: (d, r) => ({
      title: `Für Sie frei gehalten bis ${formatTime(d.until, r)}`,
      body: `${d.siteName}, ${formatTime(d.start, r)}: Bitte bestätigen, sonst geht es an andere.`,
    }),
  }),
  waitingOffer: kind({
    data: z.object({ ...site, waitId: z.string(), start: instant, end: instant, until: instant }),
    channels: ["email", "push"],
    path: () => "/charging",
    en: (d, r) => ({
      title: `A place came free: ${d.siteName}`,
      body: `${formatTime(d.start, r)} to ${formatTime(d.end, r)} is held for you until ${formatTime(d.until, r)}. Unless it is accepted by then, it goes to the next in line.`,
    }),
    de: (d, r) => ({
      title: `Ein Platz ist frei geworden: ${d.siteName}`,
      body: `${formatTime(d.start, r)} bis ${formatTime(d.end, r)} ist für Sie frei gehalten bis ${formatTime(d.until, r)}. Wird er bis dahin nicht angenommen, geht er an die Nächsten in der Reihe.`,
    }),
  }),
  waitingMissed: kind({
    data: z.object({ ...site, start: instant, end: instant }),
    channels: ["push"],
    path: () => "/charging",
    en: (d, r) => ({
      title: `The offer has run out: ${d.siteName}`,
      body: `${formatTime(d.start, r)} goes to the next in line.`,
    }),
    de: (d, r) => ({
      title: `Das Angebot ist abgelaufen: ${d.siteName}`,
      body: `${formatTime(d.start, r)} geht an die Nächsten in der Reihe.`,
    }),
  }),
  seriesMissed: kind({
    data: z.object({ ...site, seriesId: z.string(), start: instant }),
    channels: ["email", "push"],
    path: () => "/charging",
    en: (d, r) => ({
      title: `Not booked this time: ${d.siteName}`,
      body: `Your weekly booking could not have ${formatTime(d.start, r)}.`,
    }),
    de: (d, r) => ({
      title: `Dieses Mal nicht gebucht: ${d.siteName}`,
      body: `Ihre wöchentliche Buchung hat ${formatTime(d.start, r)} nicht bekommen.`,
    }),
  }),
  bookingAtRisk: kind({
    data: z.object({
      ...site,
      booking: z.string(),
      start: instant,
      other: z.object({ siteName: z.string(), distanceM: z.number() }).nullable(),
    }),
    channels: ["email", "push"],
    // Not the booking's own page: what is offered instead is answered there.
    path: () => "/charging",
    en: (d, r) => ({
      title: `Your charger may not work: ${d.siteName}`,
      body: d.other
        ? `For ${formatTime(d.start, r)} there is another: ${placeOf(d.other, "en")}. If it is not taken, your booking ends at its start, refunded in full; cancelling it in the app is free.`
        : `Nothing else is free at ${formatTime(d.start, r)}. If it does not work by then your booking ends, refunded in full and with the compensation that the site pays.`,
    }),
    de: (d, r) => ({
      title: `Ihr Ladepunkt fällt vielleicht aus: ${d.siteName}`,
      body: d.other
        ? `Für ${formatTime(d.start, r)} gibt es einen anderen: ${placeOf(d.other, "de")}. Wird er nicht genommen, endet Ihre Buchung zu ihrem Beginn, voll erstattet; sie in der App zu stornieren ist kostenlos.`
        : `Um ${formatTime(d.start, r)} ist nichts anderes frei. Geht er bis dahin nicht, endet Ihre Buchung, voll erstattet und mit der Entschädigung, die der Standort zahlt.`,
    }),
  }),
  bookingStands: kind({
    data: z.object({ ...site, booking: z.string(), start: instant }),
    channels: ["push"],
    path: (d) => `/charging/${d.siteId}/${d.booking}`,
    en: (d, r) => ({
      title: `Your charger works again: ${d.siteName}`,
      body: `Your booking at ${formatTime(d.start, r)} stands.`,
    }),
    de: (d, r) => ({
      title: `Ihr Ladepunkt geht wieder: ${d.siteName}`,
      body: `Ihre Buchung um ${formatTime(d.start, r)} bleibt bestehen.`,
    }),
  }),
  bookingMoved: kind({
    data: z.object({ ...site, booking: z.string(), start: instant, isElsewhere: z.boolean() }),
    channels: ["email", "push"],
    path: (d) => `/charging/${d.siteId}/${d.booking}`,
    en: (d, r) => ({
      title: `Moved: ${d.siteName}`,
      body: `${formatTime(d.start, r)}, ${d.isElsewhere ? "at this other site" : "at another connector"}. Your old pass is not valid any more; the new one is in the app.`,
    }),
    de: (d, r) => ({
      title: `Umgebucht: ${d.siteName}`,
      body: `${formatTime(d.start, r)}, ${d.isElsewhere ? "an diesem anderen Standort" : "an einem anderen Anschluss"}. Ihr alter Pass gilt nicht mehr; der neue ist in der App.`,
    }),
  }),
  bookingReleased: kind({
    data: z.object({
      ...site,
      booking: z.string(),
      start: instant,
      refund: z.object(money),
      compensation: z.object(money),
    }),
    channels: ["email", "push"],
    path: (d) => `/charging/${d.siteId}/${d.booking}`,
    en: (d, r) => ({
      title: `Cancelled: ${d.siteName}`,
      body: `Your booking at ${formatTime(d.start, r)} has ended, since its charger does not work. You get back ${formatAmount(d.refund, r)}${d.compensation.amount > 0 ? `, and ${formatAmount(d.compensation, r)} in compensation` : ""}.`,
    }),
    de: (d, r) => ({
      title: `Storniert: ${d.siteName}`,
      body: `Ihre Buchung um ${formatTime(d.start, r)} ist beendet, weil ihr Ladepunkt nicht geht. Sie bekommen ${formatAmount(d.refund, r)} zurück${d.compensation.amount > 0 ? ` und ${formatAmount(d.compensation, r)} Entschädigung` : ""}.`,
    }),
  }),
} as const;

/** Where something else is free. */
function placeOf(
  { siteName, distanceM }: { siteName: string; distanceM: number },
  language: Reader["language"],
): string {
  if (distanceM === 0) return language === "en" ? `at ${siteName}` : `bei ${siteName}`;
  const km = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(distanceM / 1000);
  return `${siteName}, ${km} km`;
}
