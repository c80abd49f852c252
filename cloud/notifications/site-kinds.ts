import { z } from "zod";
import { kind, site } from "./kind";

const writers = {
  en: { driver: "A driver", owner: "The owner", admin: "An admin of the platform" },
  de: { driver: "Ein Fahrer", owner: "Der Betreiber", admin: "Ein Admin der Plattform" },
};

/** Notifications of hubs, messages and repairs. */
export const siteKinds = {
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
