import { isDeepStrictEqual } from "node:util";
import { appendFeed } from "../../cloud/hubs/append-feed";
import { loadBook, lockBook } from "../../cloud/reservations/book";
import { writeDecision } from "../../cloud/reservations/change";
import { nextEpoch } from "../../cloud/reservations/epochs";
import { hearBook } from "../../cloud/reservations/hear";
import { sellCells } from "../../cloud/reservations/sell";
import type { TestCloud } from "../../cloud/testing/cloud";
import type { CloudBookingEvent, HubBookingEvent } from "../../shared/booking";
import { FOREVER } from "../../shared/booking";
import type { Did, Tape } from "./tape";
import type { CloudState } from "./world";

/**
 * The cloud's part of a run once more, on PostgreSQL: each transaction that was committed goes through the SQL function and the tables, and what it answers
 * and leaves there must be what the simulation has.
 */

const everything = { from: 0, to: FOREVER };

/** A site whose hub was paired. */
type Paired = Pick<Awaited<ReturnType<TestCloud["paired"]>>, "siteId" | "hub">;

/** Says what differs after the first `most` transactions of each site; nothing: PostgreSQL has done the same. All that the sites had is gone before. */
export async function replayInSql(
  cloud: TestCloud,
  sites: readonly Paired[],
  tape: Tape,
  most = Infinity,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [index, [name, all]] of [...tape.transactions].entries()) {
    const transactions = all.slice(0, most);
    const { siteId, hub } = sites[index] as Paired;
    const site = new SqlSite(cloud, name, siteId);
    await site.clear();
    // As in life, what a hub says comes in batches.
    let batch: HubBookingEvent[] = [];
    for (const { did, now } of transactions) {
      if (!did) continue;
      if (did.kind === "hears") {
        batch.push(did.event);
        continue;
      }
      await site.hear(batch, now);
      batch = [];
      const what = await site.transact(did, now);
      if (what) wrong.push(`${name}: ${what}`);
    }
    await site.hear(batch, transactions.at(-1)?.now ?? 0);
    const last = transactions.at(-1);
    if (last) wrong.push(...(await site.differences(last, hub.id)).map((what) => `${name}, at the end: ${what}`));
  }
  return wrong;
}

class SqlSite {
  /** What the hub was told. */
  private readonly told: unknown[] = [];

  constructor(
    private readonly cloud: TestCloud,
    private readonly name: string,
    private readonly siteId: string,
  ) {}

  async clear(): Promise<void> {
    const { db } = this.cloud;
    for (const table of ["reservations", "booking_seats", "booking_postings", "feed"] as const) {
      await db.deleteFrom(table).where("site_id", "=", this.siteId).execute();
    }
    const fresh = { epoch: 1, heard_epoch: 1, recovery: null };
    await db.updateTable("booking_books").set(fresh).where("site_id", "=", this.siteId).execute();
  }

  async hear(events: readonly HubBookingEvent[], now: number): Promise<void> {
    if (events.length === 0) return;
    await this.cloud.db.transaction().execute(async (trx) => {
      await lockBook(trx, this.siteId);
      await hearBook(trx, this.siteId, this.named(events), now);
    });
  }

  /** Does what was done. Gives what is otherwise than it was; null: nothing. */
  async transact(did: Exclude<Did, { kind: "hears" }>, now: number): Promise<string | null> {
    const { siteId } = this;
    if (did.kind === "sells") return this.sell(did, now);
    return this.cloud.db.transaction().execute(async (trx) => {
      await lockBook(trx, siteId);
      if (did.kind === "begins") {
        const { recovery, after, kind: _kind } = did;
        const { begun } = await nextEpoch(trx, siteId, { recovery, after }, after, now);
        if (!begun) return `no epoch for ${recovery}`;
        await appendFeed(trx, siteId, begun, now);
        this.told.push(...begun.map(({ type, data }) => ({ type, data })));
        return null;
      }
      const events = this.named(did.events);
      const book = await loadBook(trx, siteId, { bookings: events.flatMap(bookingOf) });
      if (!book) return "there is no book";
      await writeDecision(trx, book, events, now);
      this.told.push(...events);
      return null;
    });
  }

  private async sell({ offer, answer }: Extract<Did, { kind: "sells" }>, now: number): Promise<string | null> {
    const { seat, ...wanted } = offer;
    const unused = { stage: "reserved", doubt: false, cancel: null, use: null, end: null } as const;
    const first = { version: 1, replaces: null, hub: this.siteId, seller: "cloud" } as const;
    const order = { siteId: this.siteId, userId: "driver", key: offer.key, sale: { ...wanted, ...first, ...unused } };
    const free = { seats: [seat], pinTag: null, holdUntil: null, promote: false };
    const sold = await sellCells(this.cloud.db, { ...order, ...free }, now);
    if (sold.ok && !sold.repeated) this.told.push({ type: "booking.sold", data: { sale: sold.sale } });
    const { hubId: _hub, ...given } = { hubId: null, ...sold };
    return isDeepStrictEqual(given, this.named(answer))
      ? null
      : `${JSON.stringify(given)} is not ${JSON.stringify(answer)}`;
  }

  async differences({ book, ledger }: CloudState, hubId: string): Promise<string[]> {
    const { siteId } = this;
    const { db } = this.cloud;
    const stored = await db.transaction().execute((trx) => loadBook(trx, siteId, { near: everything }));
    const sums = await db
      .selectFrom("booking_postings")
      .select(({ fn }) => ["booking", "version", fn.sum<string>("amount").as("sum")])
      .where("site_id", "=", siteId)
      .groupBy(["booking", "version"])
      .execute();
    const paid = Object.fromEntries(sums.map(({ booking, version, sum }) => [`${booking}/${version}`, Number(sum)]));
    const feed = await db
      .selectFrom("feed")
      .select(["type", "data"])
      .where("hub_id", "=", hubId)
      .where("epoch", "is not", null)
      .orderBy("position")
      .execute();
    // A sale that was made and ended in one batch was never charged.
    const ledgers = [paid, ledger].map(withoutZeros);
    const same = { book: [stored, this.named(book)], ledger: ledgers, feed: [feed, this.told] };
    return Object.entries(same).flatMap(([what, [sql, simulated]]) =>
      isDeepStrictEqual(sql, simulated) ? [] : [`the ${what} is not the simulation's`],
    );
  }

  /** In the cloud, a hub's book is named by its site. */
  private named<T>(value: T): T {
    return JSON.parse(JSON.stringify(value).replaceAll(`"hub":"${this.name}"`, `"hub":"${this.siteId}"`)) as T;
  }
}

/** The part of the book that an event changes. */
function bookingOf({ data }: CloudBookingEvent): string[] {
  if ("sale" in data) return [data.sale.booking];
  return "booking" in data ? [data.booking] : [];
}

function withoutZeros(ledger: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(ledger).filter(([, sum]) => sum !== 0));
}
