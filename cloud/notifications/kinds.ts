import { z } from "zod";
import { formatAmount, formatTime } from "./format";
import type { Reader } from "./format";

/** A notification as people read it. */
export interface Text {
  title: string;
  body: string;
}

/** How a notification leaves the cloud, beside the inbox, which has all of them. */
export const channels = ["email", "sms", "push"] as const;
export type Channel = (typeof channels)[number];

interface KindOf<D extends object> {
  data: z.ZodType<D>;
  /** By which channels it goes out where a person has set nothing. */
  channels: readonly Channel[];
  /** The page about it, below the public address. */
  path: (data: D) => string;
  en: (data: D, reader: Reader) => Text;
  de: (data: D, reader: Reader) => Text;
}

const kind = <D extends object>(definition: KindOf<D>): KindOf<D> => definition;

const instant = z.iso.datetime();
const money = { amount: z.number().int(), currency: z.string() };
const site = { siteId: z.string(), siteName: z.string() };

const writers = {
  en: { driver: "A driver", owner: "The owner", admin: "An admin of the platform" },
  de: { driver: "Ein Fahrer", owner: "Der Betreiber", admin: "Ein Admin der Plattform" },
};

/**
 * Every kind of notification: its data, and its texts in each language. Data are kept as they were sent, so a kind's schema may only grow optional fields.
 */
export const kinds = {
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
  chargingStarted: kind({
    data: z.object({ ...site, sessionId: z.string(), cpId: z.string(), startedAt: instant }),
    channels: ["push"],
    path: (d) => `/sessions/${d.siteId}/${d.sessionId}`,
    en: (d, r) => ({ title: "Charging", body: `${d.siteName}, ${d.cpId}, since ${formatTime(d.startedAt, r)}.` }),
    de: (d, r) => ({ title: "Lädt", body: `${d.siteName}, ${d.cpId}, seit ${formatTime(d.startedAt, r)}.` }),
  }),
  chargingFinished: kind({
    data: z.object({ ...site, sessionId: z.string(), energyWh: z.number(), ...money }),
    channels: ["email", "push"],
    path: (d) => `/sessions/${d.siteId}/${d.sessionId}`,
    en: (d, r) => ({
      title: "Charging has ended",
      body: `${d.siteName}: ${energy(d.energyWh, r)}, ${formatAmount(d, r)}.`,
    }),
    de: (d, r) => ({
      title: "Laden beendet",
      body: `${d.siteName}: ${energy(d.energyWh, r)}, ${formatAmount(d, r)}.`,
    }),
  }),
  paymentFailed: kind({
    data: z.object({ ...money, reason: z.string().optional() }),
    channels: ["email", "push"],
    path: () => "/payments",
    en: (d, r) => ({
      title: "A payment failed",
      body: `${formatAmount(d, r)} could not be taken. Please check how you pay.`,
    }),
    de: (d, r) => ({
      title: "Eine Zahlung ist fehlgeschlagen",
      body: `${formatAmount(d, r)} konnten nicht eingezogen werden. Bitte prüfen Sie Ihre Zahlungsart.`,
    }),
  }),
  chargerFault: kind({
    data: z.object({ ...site, cpId: z.string(), connectorId: z.number(), errorCode: z.string(), at: instant }),
    channels: ["email", "push"],
    path: (d) => `/sites/${d.siteId}`,
    en: (d, r) => ({
      title: `Fault at ${d.siteName}`,
      body: `${d.cpId}, connector ${d.connectorId}: ${d.errorCode}, at ${formatTime(d.at, r)}.`,
    }),
    de: (d, r) => ({
      title: `Störung: ${d.siteName}`,
      body: `${d.cpId}, Anschluss ${d.connectorId}: ${d.errorCode}, um ${formatTime(d.at, r)}.`,
    }),
  }),
  cardRequested: kind({
    data: z.object({ ...site, idTag: z.string(), driver: z.string() }),
    channels: ["email"],
    path: (d) => `/sites/${d.siteId}`,
    en: (d) => ({
      title: `A card waits for you: ${d.siteName}`,
      body: `${d.driver} asks to charge with the card ${d.idTag}.`,
    }),
    de: (d) => ({
      title: `Eine Karte wartet auf Sie: ${d.siteName}`,
      body: `${d.driver} möchte mit der Karte ${d.idTag} laden.`,
    }),
  }),
  cardDecided: kind({
    data: z.object({ ...site, idTag: z.string(), approved: z.boolean() }),
    channels: ["email", "push"],
    path: () => "/account",
    en: (d) => ({
      title: d.approved ? `Your card is approved: ${d.siteName}` : `Your card is not accepted: ${d.siteName}`,
      body: d.approved ? `You can charge with the card ${d.idTag} there.` : `The card ${d.idTag} does not open there.`,
    }),
    de: (d) => ({
      title: d.approved ? `Ihre Karte gilt: ${d.siteName}` : `Ihre Karte gilt nicht: ${d.siteName}`,
      body: d.approved ? `Sie können dort mit der Karte ${d.idTag} laden.` : `Die Karte ${d.idTag} öffnet dort nicht.`,
    }),
  }),
  siteApproved: kind({
    data: z.object(site),
    channels: ["email", "push"],
    path: (d) => `/sites/${d.siteId}`,
    en: (d) => ({ title: `Approved: ${d.siteName}`, body: "Drivers find it from now on." }),
    de: (d) => ({ title: `Freigegeben: ${d.siteName}`, body: "Ab jetzt wird er gefunden." }),
  }),
  siteRefused: kind({
    data: z.object({ ...site, reason: z.string() }),
    channels: ["email", "push"],
    path: (d) => `/sites/${d.siteId}`,
    en: (d) => ({ title: `Not approved: ${d.siteName}`, body: d.reason }),
    de: (d) => ({ title: `Nicht freigegeben: ${d.siteName}`, body: d.reason }),
  }),
  paymentDue: kind({
    data: z.object({ ...money, bills: z.number().int() }),
    channels: ["email"],
    path: () => "/payments",
    en: (d, r) => ({
      title: "Bills are open",
      body: `${formatAmount(d, r)} ${d.bills === 1 ? "of one bill is" : `of ${d.bills} bills are`} not paid yet.`,
    }),
    de: (d, r) => ({
      title: "Offene Rechnungen",
      body: `${formatAmount(d, r)} aus ${d.bills === 1 ? "einer Rechnung" : `${d.bills} Rechnungen`} sind noch nicht bezahlt.`,
    }),
  }),
  payout: kind({
    data: z.object({ ...money, period: z.string() }),
    channels: ["email"],
    path: () => "/payouts",
    en: (d, r) => ({ title: "A payout is on its way", body: `${formatAmount(d, r)} for ${d.period}.` }),
    de: (d, r) => ({ title: "Eine Auszahlung ist unterwegs", body: `${formatAmount(d, r)} für ${d.period}.` }),
  }),
  reviewed: kind({
    data: z.object({ ...site, rating: z.number().int() }),
    channels: ["email"],
    path: (d) => `/sites/${d.siteId}`,
    en: (d) => ({ title: `A review of ${d.siteName}`, body: `${d.rating} of 5. You can answer it once.` }),
    de: (d) => ({ title: `Eine Bewertung: ${d.siteName}`, body: `${d.rating} von 5. Sie können einmal antworten.` }),
  }),
  reviewAnswered: kind({
    data: z.object(site),
    channels: ["push"],
    path: (d) => `/places/${d.siteId}`,
    en: (d) => ({ title: `${d.siteName} has answered`, body: "There is an answer to your review." }),
    de: (d) => ({ title: `${d.siteName} hat geantwortet`, body: "Zu Ihrer Bewertung gibt es eine Antwort." }),
  }),
  hubCloned: kind({
    data: z.object({ ...site, hub: z.string(), over: z.boolean() }),
    channels: ["email", "push"],
    path: (d) => `/sites/${d.siteId}`,
    en: (d) =>
      d.over
        ? { title: `One hub again: ${d.siteName}`, body: `Only one machine speaks as ${d.hub} now.` }
        : {
            title: `A second hub at ${d.siteName}`,
            body: `Two machines speak as ${d.hub}, from one data folder or back-up. One is refused: stop it, or pair it anew.`,
          },
    de: (d) =>
      d.over
        ? { title: `Wieder ein Hub: ${d.siteName}`, body: `Nur noch eine Maschine spricht als ${d.hub}.` }
        : {
            title: `Ein zweiter Hub: ${d.siteName}`,
            body: `Zwei Maschinen sprechen als ${d.hub}, aus einem Datenordner oder Back-up. Eine wird abgewiesen: Halten Sie sie an oder koppeln Sie sie neu.`,
          },
  }),
  hubReplaced: kind({
    data: z.object({ ...site, hub: z.string() }),
    channels: ["email"],
    path: (d) => `/sites/${d.siteId}`,
    en: (d) => ({ title: `A new hub at ${d.siteName}`, body: `${d.hub} was paired in the place of the one before.` }),
    de: (d) => ({ title: `Ein neuer Hub: ${d.siteName}`, body: `${d.hub} wurde anstelle des bisherigen gekoppelt.` }),
  }),
  message: kind({
    data: z.object({ ...site, threadId: z.string(), side: z.enum(["driver", "owner", "admin"]) }),
    channels: ["email", "push"],
    path: (d) => `/messages/${d.siteId}/${d.threadId}`,
    en: (d) => ({ title: `A message: ${d.siteName}`, body: `${writers.en[d.side]} has written to you.` }),
    de: (d) => ({ title: `Eine Nachricht: ${d.siteName}`, body: `${writers.de[d.side]} hat Ihnen geschrieben.` }),
  }),
  messagesReported: kind({
    data: z.object({ ...site, threadId: z.string() }),
    channels: ["email"],
    path: () => "/admin/messages",
    en: (d) => ({ title: `Messages were reported: ${d.siteName}`, body: "Somebody asks you to look at a thread." }),
    de: (d) => ({ title: `Nachrichten gemeldet: ${d.siteName}`, body: "Jemand bittet Sie, sie sich anzusehen." }),
  }),
  maintenance: kind({
    data: z.object({ ...site, text: z.string() }),
    channels: ["email"],
    path: (d) => `/sites/${d.siteId}`,
    en: (d) => ({ title: `Maintenance: ${d.siteName}`, body: d.text }),
    de: (d) => ({ title: `Wartung: ${d.siteName}`, body: d.text }),
  }),
} as const;

export type Kind = keyof typeof kinds;
export type KindData<K extends Kind> = z.input<(typeof kinds)[K]["data"]>;
export const kindNames = Object.keys(kinds) as [Kind, ...Kind[]];

/** Where something else is free. */
function placeOf(
  { siteName, distanceM }: { siteName: string; distanceM: number },
  language: Reader["language"],
): string {
  if (distanceM === 0) return language === "en" ? `at ${siteName}` : `bei ${siteName}`;
  const km = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(distanceM / 1000);
  return `${siteName}, ${km} km`;
}

function energy(energyWh: number, { language }: Reader): string {
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(energyWh / 1000)} kWh`;
}

/** The text of a notification, in the reader's language and zone. Data that no longer fit the kind throw. */
export function textOf(name: Kind, data: unknown, reader: Reader): Text & { path: string } {
  const definition = kinds[name] as unknown as KindOf<object>;
  const parsed = definition.data.parse(data);
  return { ...definition[reader.language](parsed, reader), path: definition.path(parsed) };
}
