import type { CloudBookingEvent, HubBookingEvent, Link, Span } from "../../shared/booking";
import { FOREVER } from "../../shared/booking";
import { cellsIn } from "./words";
import type { Site, World } from "./world";

/** Cells and whose they are. */
interface Part extends Span {
  owner: string;
}

const checked = new WeakMap<Site, unknown[]>();

/**
 * I1, after every step and on the disks: each cell belongs to the cloud, to the hub that is sure of its state, or is under way from one to
 * the other: never to two, and never to none. A recovering hub owns nothing yet.
 */
export function checkOwnership(world: World, site: Site): void {
  const hub = site.active.machine.disk;
  const cloud = site.cloud.disk;
  const recovering = hub.book.recovery !== null || site.active.doubtful;
  const now = [hub.book.owned, cloud.book.owned, hub.link, cloud.link, recovering];
  const last = checked.get(site);
  if (last && now.every((each, index) => each === last[index])) return;
  checked.set(site, now);

  const together = hub.link.epoch === cloud.link.epoch;
  for (const seat of Object.keys(cloud.book.seats)) {
    const parts = partsOf("the cloud", cloud.book.owned[seat] ?? []);
    if (!recovering) {
      parts.push(...partsOf("the hub", hub.book.owned[seat] ?? []));
      if (together) {
        parts.push(...partsOf("a grant down", underWay(cloud.link, hub.link, seat)));
        parts.push(...partsOf("a grant up", underWay(hub.link, cloud.link, seat)));
      }
    }
    lieSideBySide(world, seat, parts, !recovering && together);
  }
}

/** Sorted by their begin, none may begin before the one before it ends; and where all of it is known, none later. */
function lieSideBySide(world: World, seat: string, parts: Part[], all: boolean): void {
  let before: Part = { from: 0, to: 0, owner: "nobody" };
  const end: Part = { from: FOREVER, to: FOREVER, owner: "nobody" };
  for (const part of [...parts.toSorted((a, b) => a.from - b.from), end]) {
    if (part.from < before.to) {
      const to = Math.min(part.to, before.to);
      world.checker.fail(
        "I1",
        `${seat} ${cellsIn([{ from: part.from, to }])} belongs to ${before.owner} and to ${part.owner}`,
      );
    } else if (all && part.from > before.to) {
      world.checker.fail("I1", `${seat} ${cellsIn([{ from: before.to, to: part.from }])} belongs to nobody`);
    }
    if (part.to > before.to) before = part;
  }
}

function partsOf(owner: string, spans: readonly Span[]): Part[] {
  return spans.map(({ from, to }) => ({ from, to, owner }));
}

/** Cells that one side's log has given away and the other has not taken yet. */
function underWay(
  from: Link<CloudBookingEvent | HubBookingEvent>,
  to: Link<CloudBookingEvent | HubBookingEvent>,
  seat: string,
): Span[] {
  const spans: Span[] = [];
  for (const { seq, message } of from.unacked) {
    if (seq > to.applied && message.type === "cells.granted" && message.data.seat === seat) {
      spans.push(...message.data.spans);
    }
  }
  return spans;
}
