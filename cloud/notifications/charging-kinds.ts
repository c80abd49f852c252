import { z } from "zod";
import { formatAmount, formatTime } from "./format";
import type { Reader } from "./format";
import { instant, kind, money, site } from "./kind";

/** Notifications of charging, cards, listings, money and reviews. */
export const chargingKinds = {
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
} as const;

function energy(energyWh: number, { language }: Reader): string {
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(energyWh / 1000)} kWh`;
}
