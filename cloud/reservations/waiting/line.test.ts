import { expect, it } from "vitest";
import { AppError } from "../../../shared/error";
import { openCloud } from "../../testing/open";
import type { BookingSite } from "../../testing/seats";
import { bookingSite } from "../../testing/seats";
import { cancelBooking } from "../change";
import { spansOf } from "../ranges";
import { reserve } from "../reserve";
import { acceptOffer, join, leave } from "./line";
import { offerInLine } from "./offers";

/** The waiting list against what a person with a pencil would do: the same steps at random, in PostgreSQL and on paper. */

const cloud = await openCloud();
const people = await Promise.all(Array.from({ length: 6 }, () => cloud.person()));
const users = await Promise.all(people.map((person) => person.userId()));

interface Cells {
  from: number;
  to: number;
}
interface Waiting extends Cells {
  id: string;
  user: string;
}
interface Paper {
  /** What is taken of each seat. */
  seats: Map<string, Cells[]>;
  waiting: Waiting[];
}

const meets = (a: Cells, b: Cells) => a.from < b.to && b.from < a.to;
const freeSeat = ({ seats }: Paper, cells: Cells) =>
  [...seats].find(([, taken]) => !taken.some((each) => meets(each, cells)))?.[0];

/** Everybody in line, the first first, gets the first seat that has all that they wait for. */
function serveLine(paper: Paper): Record<string, string> {
  const offers: Record<string, string> = {};
  for (const each of paper.waiting) {
    const seat = freeSeat(paper, each);
    if (seat === undefined) continue;
    offers[each.id] = seat;
    paper.seats.get(seat)!.push(each);
  }
  paper.waiting = paper.waiting.filter(({ id }) => !(id in offers));
  return offers;
}

/** Whether somebody before this user is in line for some of these cells, and could have theirs. */
function isAwaited(paper: Paper, user: string, cells: Cells): boolean {
  const own = paper.waiting.findIndex((each) => each.user === user && each.from <= cells.from && each.to >= cells.to);
  return paper.waiting.some(
    (each, index) =>
      each.user !== user && (own === -1 || index < own) && meets(each, cells) && freeSeat(paper, each) !== undefined,
  );
}

async function paperOf({ siteId }: BookingSite): Promise<Paper> {
  const taken = await cloud.db
    .selectFrom("reservations")
    .select(["seat", "held"])
    .where("site_id", "=", siteId)
    .where("held", "is not", null)
    .where(({ or, eb }) => or([eb("expires_at", "is", null), eb("expires_at", ">", new Date(cloud.now()))]))
    .execute();
  const seats = ["A", "B"].map((seat): [string, Cells[]] => [
    seat,
    taken.filter((row) => row.seat === seat).flatMap(({ held }) => spansOf(held ?? "")),
  ]);
  for (const [, cells] of seats) {
    for (const [index, each] of cells.entries()) expect(cells.slice(index + 1).some((b) => meets(each, b))).toBe(false);
  }
  const rows = await cloud.db
    .selectFrom("booking_waits")
    .select(["wait_id", "user_id", "from_slot", "to_slot"])
    .where("site_id", "=", siteId)
    .where("state", "=", "waiting")
    .orderBy("line")
    .execute();
  const waiting = rows.map((row) => ({ id: row.wait_id, user: row.user_id, from: row.from_slot, to: row.to_slot }));
  return { seats: new Map(seats), waiting };
}

/** Seat of each offer that holds. */
async function offersOf({ siteId }: BookingSite): Promise<Record<string, string>> {
  const rows = await cloud.db
    .selectFrom("booking_waits as w")
    .innerJoin("reservations as r", (on) =>
      on.onRef("r.site_id", "=", "w.site_id").onRef("r.booking", "=", "w.hold").on("r.version", "=", 0),
    )
    .select(["w.wait_id", "w.user_id", "w.from_slot", "w.to_slot", "r.seat", "r.user_id as holder", "r.held"])
    .where("w.site_id", "=", siteId)
    .where("w.state", "=", "offered")
    .where("r.expires_at", ">", new Date(cloud.now()))
    .execute();
  for (const row of rows) {
    expect([row.holder, row.held]).toEqual([row.user_id, `[${row.from_slot},${row.to_slot})`]);
  }
  return Object.fromEntries(rows.map((row) => [row.wait_id, row.seat]));
}

/** The code of a refusal, or what it gave. */
async function tried<T>(work: Promise<T>): Promise<T | { code: string }> {
  return work.catch((error: unknown) => {
    if (error instanceof AppError) return { code: error.code };
    throw error;
  });
}

class Town {
  private seed: number;
  private keys = 0;
  readonly sold: { user: string; booking: string }[] = [];

  constructor(
    private readonly site: BookingSite,
    seed: number,
  ) {
    this.seed = seed;
  }

  below(limit: number): number {
    this.seed = (Math.imul(this.seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((this.seed / 2 ** 32) * limit);
  }

  async step(): Promise<void> {
    const user = users[this.below(users.length)]!;
    const from = this.site.base + 80 + this.below(7);
    const cells = { from, to: from + 1 + this.below(3) };
    const kind = this.below(12);
    if (kind < 4) await this.walkIn(user, cells);
    else if (kind < 7) await this.queue(user, cells);
    else if (kind < 9) await this.cancel();
    else if (kind < 10) await this.answer();
    else if (kind < 11) cloud.skewMs += 4 * 60_000;
    else await this.round();
  }

  /** Somebody who stands in no line, or does not want to wait. */
  private async walkIn(user: string, cells: Cells): Promise<void> {
    const { siteId } = this.site;
    const paper = await paperOf(this.site);
    const before = await offersOf(this.site);
    this.keys += 1;
    const who = { siteId, userId: user, key: `${user}:${siteId}:${this.keys}` };
    const answer = await tried(reserve(cloud.first.deps, who, { class: "AC", ...cells }, { pin: false }));
    if ("code" in answer && answer.code === "too_many_reservations") return;
    const isFree = freeSeat(paper, cells) !== undefined;
    const offers = isFree && isAwaited(paper, user, cells) ? serveLine(paper) : {};
    const seat = freeSeat(paper, cells);
    expect("code" in answer ? undefined : answer.sale.seat).toBe(seat);
    expect(await offersOf(this.site)).toEqual({ ...before, ...offers });
    if (!("code" in answer)) this.sold.push({ user, booking: answer.sale.booking });
  }

  private async queue(user: string, cells: Cells): Promise<void> {
    const paper = await paperOf(this.site);
    const isFree = freeSeat(paper, cells) !== undefined && !isAwaited(paper, user, cells);
    const who = { siteId: this.site.siteId, userId: user };
    const answer = await tried(join(cloud.first.deps, who, { class: "AC", ...cells }));
    if (typeof answer === "string") expect(isFree).toBe(false);
    else expect(answer.code).toBe(isFree ? "free" : "too_many_waits");
  }

  async cancel(): Promise<void> {
    const [gone] = this.sold.splice(this.below(this.sold.length), 1);
    if (!gone) return;
    const { siteId, site } = this.site;
    await cancelBooking(cloud.db, { siteId, userId: gone.user, booking: gone.booking }, cloud.now());
    await site.hear();
  }

  /** Somebody takes what they are offered, or lets it go. */
  private async answer(): Promise<void> {
    const rows = await cloud.db
      .selectFrom("booking_waits")
      .select(["wait_id", "user_id"])
      .where("site_id", "=", this.site.siteId)
      .where("state", "in", ["waiting", "offered"])
      .orderBy("line")
      .execute();
    const row = rows[this.below(rows.length)];
    if (!row) return;
    const who = { siteId: this.site.siteId, userId: row.user_id };
    const offered = (await offersOf(this.site))[row.wait_id];
    if (this.below(3) === 0) return leave(cloud.first.deps, who, row.wait_id);
    const answer = await tried(acceptOffer(cloud.first.deps, who, row.wait_id, false));
    expect("code" in answer ? undefined : answer.sale.seat).toBe(offered);
    if (!("code" in answer)) this.sold.push({ user: row.user_id, booking: answer.sale.booking });
  }

  async round(): Promise<void> {
    const paper = await paperOf(this.site);
    const before = await offersOf(this.site);
    const offers = serveLine(paper);
    expect(await offerInLine(cloud.first.deps, this.site.siteId)).toBe(Object.keys(offers).length);
    expect(await offersOf(this.site)).toEqual({ ...before, ...offers });
  }
}

it.each([1, 2])("serves the line as on paper, and nobody starves (seed %i)", async (seed) => {
  const site = await bookingSite(cloud);
  await site.owner.ok("PUT", `/v1/sites/${site.siteId}/waiting-list/settings`, { offerMinutes: 9 });
  const town = new Town(site, seed);
  for (let step = 0; step < 70; step++) await town.step();
  // Everybody goes home, and nobody takes what they are offered: so all who wait get their turn.
  while (town.sold.length > 0) await town.cancel();
  for (let turn = 0; turn < 40 && (await paperOf(site)).waiting.length > 0; turn++) {
    await town.round();
    cloud.skewMs += 10 * 60_000;
  }
  expect((await paperOf(site)).waiting).toEqual([]);
  cloud.skewMs = 0;
});

it("offers what comes free to the first in line, however many rush for it", async () => {
  const site = await bookingSite(cloud, { A: "AC" });
  const { siteId, base } = site;
  const { deps } = cloud.first;
  const wish = { class: "AC", from: base + 4, to: base + 8 };
  const buy = (userId: string, key: string) =>
    tried(reserve(deps, { siteId, userId, key: `${key}:${siteId}` }, wish, { pin: false }));
  const first = await buy(users[0]!, "first");
  for (const user of users.slice(1, 4)) await join(deps, { siteId, userId: user }, wish);
  await cancelBooking(
    cloud.db,
    { siteId, userId: users[0]!, booking: (first as { sale: { booking: string } }).sale.booking },
    cloud.now(),
  );
  await site.site.hear();
  const rush = Array.from({ length: 10 }, (_, index) => buy(users[index % 2 ? 5 : 0]!, `rush ${index}`));
  const rounds = Array.from({ length: 3 }, () => offerInLine(deps, siteId));
  const answers = await Promise.all(rush);
  await Promise.all(rounds);
  for (const answer of answers) expect(["taken", "awaited"]).toContain((answer as { code: string }).code);
  const rows = await cloud.db
    .selectFrom("booking_waits")
    .select(["user_id", "state"])
    .where("site_id", "=", siteId)
    .orderBy("line")
    .execute();
  expect(rows).toEqual([
    { user_id: users[1], state: "offered" },
    { user_id: users[2], state: "waiting" },
    { user_id: users[3], state: "waiting" },
  ]);
});
