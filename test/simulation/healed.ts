import type { Book, Sale } from "../../shared/booking";
import { FOREVER, ending, owed } from "../../shared/booking";
import { subtract } from "../../shared/booking/spans";
import { cellsIn } from "./words";
import type { Site, World } from "./world";

/** After healing: everything has arrived, every booking's time is over. */
export function checkHealed(world: World, site: Site): void {
  booksAreEqual(world, site);
  const { book, ledger } = site.cloud.disk;
  for (const [id, sale] of Object.entries(book.sales)) {
    endsOnce(world, site, id, sale);
    const paid = ledger[id] ?? 0;
    if (paid !== owed(sale)) world.checker.fail("I8", `${site.name} ${id}: the ledger has ${paid} of ${owed(sale)}`);
  }
}

/** I7: hub and cloud have the same sales, and own together all there is. */
function booksAreEqual(world: World, site: Site): void {
  const { checker } = world;
  const hub = site.active.machine.disk.book;
  const cloud = site.cloud.disk.book;
  if (hub.recovery !== null || hub.epoch !== cloud.epoch) {
    return checker.fail("I7", `${site.name}: hub in epoch ${hub.epoch}, cloud in ${cloud.epoch}`);
  }
  for (const id of Object.keys({ ...hub.sales, ...cloud.sales })) {
    const [mine, theirs] = [plain(hub, id), plain(cloud, id)];
    const forgotten = mine === null && (cloud.sales[id] as Sale).to < hub.settled;
    if (mine !== theirs && !forgotten) checker.fail("I7", `${site.name} ${id}: hub has ${mine}, cloud has ${theirs}`);
  }
  for (const seat of Object.keys(hub.seats)) {
    const rest = subtract([{ from: 0, to: FOREVER }], cloud.owned[seat] ?? []);
    const mine = hub.owned[seat] ?? [];
    if (JSON.stringify(rest) !== JSON.stringify(mine)) {
      checker.fail("I7", `${seat}: hub owns ${cellsIn(mine)}, the cloud leaves ${cellsIn(rest)}`);
    }
  }
}

/** I8: ended once, as it really went, for what was agreed. */
function endsOnce(world: World, site: Site, id: string, sale: Sale): void {
  const { checker } = world;
  const name = `${site.name} ${id}`;
  const truth = checker.truth(site.name, id);
  if (!sale.end || !truth) return checker.fail("I8", `${name} has not ended`);
  if (truth.ends !== 1) checker.fail("I8", `${name} has ended ${truth.ends} times`);
  const how = ending(sale.end);
  const charged = truth.energised > 0;
  if (how === "fulfilled" && !charged) checker.fail("I8", `${name} is fulfilled, and nobody charged`);
  if (how !== "fulfilled" && charged && !truth.lost) checker.fail("I8", `${name} charged and ends as ${how}`);
  if (how === "compensated" && !truth.full) checker.fail("I8", `${name} is compensated for nothing`);
  if (how === "noShow" && truth.withdrawn) checker.fail("I8", `${name} was cancelled and pays for a no-show`);
  const { price, terms } = sale;
  const right = {
    fulfilled: [price.amount],
    noShow: [Math.min(terms.noShowFee, price.amount)],
    cancelled: [0, Math.min(terms.lateCancelFee, price.amount)],
    compensated: [-terms.compensation],
  }[how];
  if (!right.includes(owed(sale))) checker.fail("I8", `${name}: ${how} for ${owed(sale)} of ${price.amount}`);
}

/** A sale as both sides must have it: the key of a call is the seller's own affair. */
function plain(book: Book, id: string): string | null {
  const sale = book.sales[id];
  if (!sale) return null;
  const { stage, doubt, cancel, end, use, seat, from, to, price, epoch, seller } = sale;
  return JSON.stringify({ stage, doubt, cancel, end, use, seat, from, to, price, epoch, seller });
}
