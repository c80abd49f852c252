import type { z } from "zod";
import { bookingKinds } from "./booking-kinds";
import { chargingKinds } from "./charging-kinds";
import type { Reader } from "./format";
import type { KindOf, Text } from "./kind";
import { siteKinds } from "./site-kinds";

export type { Channel } from "./kind";
export { channels } from "./kind";

/**
 * Every kind of notification: its data, and its texts in each language. Data are kept as they were sent, so a kind's schema may only grow optional fields.
 */
export const kinds = { ...bookingKinds, ...chargingKinds, ...siteKinds } as const;

export type Kind = keyof typeof kinds;
export type KindData<K extends Kind> = z.input<(typeof kinds)[K]["data"]>;
export const kindNames = Object.keys(kinds) as [Kind, ...Kind[]];

/** The text of a notification, in the reader's language and zone. Data that no longer fit the kind throw. */
export function textOf(name: Kind, data: unknown, reader: Reader): Text & { path: string } {
  const definition = kinds[name] as unknown as KindOf<object>;
  const parsed = definition.data.parse(data);
  return { ...definition[reader.language](parsed, reader), path: definition.path(parsed) };
}
