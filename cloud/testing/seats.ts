import type { Span } from "../../shared/booking";
import { FOREVER, slotOf } from "../../shared/booking";
import type { Sale } from "../../shared/booking";
import type { TestCloud } from "./cloud";
import type { TestHub } from "./hub";
import type { Person } from "./person";

/** Hours from now at which the cloud's cells of a test site begin. */
export const CLOUD_FROM_HOURS = 2;

export interface BookingSite {
  owner: Person;
  siteId: string;
  hub: TestHub;
  /** First slot that the cloud owns. */
  base: number;
}

/** A site whose hub has given the cloud all cells of its seats (name -> class) from two hours ahead on. */
export async function bookingSite(
  cloud: TestCloud,
  seats: Record<string, string> = { A: "AC", B: "AC" },
): Promise<BookingSite> {
  const paired = await cloud.paired();
  const base = slotOf(cloud.now()) + CLOUD_FROM_HOURS * 4;
  const { hub } = paired;
  const named = Object.entries(seats).map(([seat, kind]) => [seat, { class: kind, walkIn: false }]);
  hub.add("seats.set", { seats: Object.fromEntries(named) });
  for (const seat of Object.keys(seats)) grant(hub, seat, { from: base, to: FOREVER });
  const { status } = await hub.send();
  if (status !== 200) throw new Error(`The hub's seats were answered ${status}`);
  return { ...paired, base };
}

export function grant(hub: TestHub, seat: string, span: Span, requestId: string | null = null): void {
  hub.add("cells.granted", { seat, spans: [span], requestId });
}

/** The feed's booking messages to a hub, oldest first. */
export async function messagesTo(cloud: TestCloud, hub: TestHub) {
  const rows = await cloud.db
    .selectFrom("feed")
    .select(["type", "data", "epoch"])
    .where("site_id", "=", hub.answer.siteId)
    .where("epoch", "is not", null)
    .orderBy("position")
    .execute();
  return rows as { type: string; data: { sale?: Sale; spans?: Span[]; requestId?: string }; epoch: number }[];
}
