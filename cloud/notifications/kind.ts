import { z } from "zod";
import type { Reader } from "./format";

/** A notification as people read it. */
export interface Text {
  title: string;
  body: string;
}

/** How a notification leaves the cloud, beside the inbox, which has all of them. */
export const channels = ["email", "sms", "push"] as const;
export type Channel = (typeof channels)[number];

export interface KindOf<D extends object> {
  data: z.ZodType<D>;
  /** By which channels it goes out where a person has set nothing. */
  channels: readonly Channel[];
  /** The page about it, below the public address. */
  path: (data: D) => string;
  en: (data: D, reader: Reader) => Text;
  de: (data: D, reader: Reader) => Text;
}

export const kind = <D extends object>(definition: KindOf<D>): KindOf<D> => definition;

/** What many kinds have. */
export const instant = z.iso.datetime();
export const money = { amount: z.number().int(), currency: z.string() };
export const site = { siteId: z.string(), siteName: z.string() };
