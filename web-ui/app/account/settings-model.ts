import type { Channel, Settings } from "./api";
import { kindGroups, knownKinds } from "./kinds";
import type { KnownKind } from "./kinds";

/** A line of the settings: one kind of notification, or all those that this app has no name for. */
export interface Line {
  name: KnownKind | "other";
  kinds: string[];
}

/** The lines of each group, of the kinds that the cloud has. */
export function linesOf(settings: Settings): { group: "driver" | "owner" | "other"; lines: Line[] }[] {
  const named = (["driver", "owner"] as const).map((group) => ({
    group,
    lines: kindGroups[group].filter((kind) => kind in settings).map((kind): Line => ({ name: kind, kinds: [kind] })),
  }));
  const others = Object.keys(settings).filter((kind) => !knownKinds.includes(kind));
  const other =
    others.length > 0 ? [{ group: "other" as const, lines: [{ name: "other" as const, kinds: others }] }] : [];
  return [...named, ...other].filter(({ lines }) => lines.length > 0);
}

/** Whether all of a line's notifications go out by a channel. */
export function isOn(settings: Settings, { kinds }: Line, channel: Channel): boolean {
  return kinds.every((kind) => settings[kind]?.includes(channel));
}

/** What is to be changed so that a line goes out by a channel, or does not. */
export function switched(settings: Settings, { kinds }: Line, channel: Channel, on: boolean): Settings {
  return Object.fromEntries(
    kinds.map((kind) => {
      const others = (settings[kind] ?? []).filter((each) => each !== channel);
      return [kind, on ? [...others, channel] : others];
    }),
  );
}
