import { cellsOf, withOwnKey } from "./book";
import { canceled, ended, verdictOn } from "./cancel";
import type { CloudBookingEvent, HubBookingEvent } from "./events";
import { windowOf } from "./pass";
import { AHEAD_SLOTS, FOREVER, RECOVERY_MARGIN_MS, slotOf } from "./slots";
import type { Span } from "./spans";
import { covers, intersect, subtract } from "./spans";
import type { Book, Sale } from "./types";
import { cellsOfSale, versionsOf } from "./types";

/**
 * Rule 10. A hub whose disk may be older than its last promise (restored, cloned, replaced, or told by the cloud that its past is another) is
 * RECOVERING. What it lost can be bounded: it sold only cells that it owned, and it admitted only passes whose window was open.
 */

/** The hub is unsure of its state from here on. `recovery` is a new id each time, so that an answer to an earlier one is not taken for this one's. */
export function beginRecovery(recovery: string): HubBookingEvent[] {
  return [{ type: "hub.recovering", data: { recovery } }];
}

/**
 * The cloud begins a new epoch for a recovering hub; both logs begin anew with this event, and nothing of an older epoch is applied from
 * here on (I6). `after` is the cloud's epoch as the hub was last told: a request that was long under way begins nothing, or it would cut off
 * the hub that has recovered meanwhile. `now` is epoch ms by the cloud's clock.
 */
export function startEpoch(
  book: Book,
  { recovery, after }: { recovery: string; after: number },
  now: number,
): CloudBookingEvent[] {
  if (after !== book.epoch) return [];
  const opened = (sale: Sale) => windowOf(sale).opens - RECOVERY_MARGIN_MS <= now;
  // What the cloud does not own, the lost hub may have cancelled and sold again.
  const resold = (sale: Sale) => !covers(cellsOf(book, sale.seat), sale);
  const unproven = Object.values(book.sales).filter(isUnproven);
  const doubtful = new Set(unproven.filter((sale) => opened(sale) || resold(sale)).map(({ booking }) => booking));
  const sales = Object.entries(book.sales).map(([id, sale]) => {
    const doubt = isUnproven(sale) && doubtful.has(sale.booking);
    return [id, doubt ? { ...sale, doubt } : sale];
  });
  return [
    {
      type: "epoch.started",
      data: {
        epoch: book.epoch + 1,
        recovery,
        owned: book.owned,
        sales: Object.fromEntries(sales),
        quarantineTo: soldBefore(now),
      },
    },
  ];
}

type EpochStarted = Extract<CloudBookingEvent, { type: "epoch.started" }>["data"];

/**
 * The hub enters the epoch: everything that the cloud does not own is its own again, but not for sale until it has passed; used is what it
 * knows, what the cloud knows, and every pass already in its window. What it knows and the cloud does not, it says again; cancels get their
 * verdicts where it can give them.
 */
export function enterEpoch(book: Book, epoch: EpochStarted): HubBookingEvent[] {
  if (book.recovery !== epoch.recovery) return [];
  const owned: Record<string, Span[]> = {};
  const quarantine: Record<string, Span[]> = {};
  for (const seat of Object.keys({ ...book.seats, ...epoch.owned })) {
    owned[seat] = subtract([{ from: 0, to: FOREVER }], epoch.owned[seat] ?? []);
    quarantine[seat] = intersect(owned[seat], [{ from: 0, to: epoch.quarantineTo }]);
  }
  const theirs = Object.fromEntries(Object.entries(epoch.sales).map(([id, sale]) => [id, withOwnKey(book, sale)]));
  const sales = { ...theirs };
  for (const [id, mine] of Object.entries(book.sales)) sales[id] = merge(mine, theirs[id]);
  const after: Book = { ...book, sales };
  const restated = Object.entries(sales).filter(([id, sale]) => sale !== theirs[id]);
  return [
    { type: "hub.recovered", data: { epoch: epoch.epoch, owned, quarantine, sales } },
    // The back-up may have other seats than the cloud was told of since; a hub that has none yet says so when it has.
    ...(Object.keys(book.seats).length > 0 ? [{ type: "seats.set" as const, data: { seats: book.seats } }] : []),
    ...restated.map(([, sale]): HubBookingEvent => ({ type: "booking.restated", data: { sale } })),
    ...Object.values(sales).flatMap((sale) => [...verdictOn(after, sale), ...lateChange(after, sale)]),
  ];
}

/**
 * A hub that has no cloud to ask trusts its own book no further than Rule 10 allows. `now` is epoch ms.
 */
export function recoverAlone(book: Book, now: number): HubBookingEvent[] {
  if (book.recovery === null) return [];
  const sales = Object.entries(book.sales).map(([id, sale]) => [
    id,
    isUnproven(sale) ? { ...sale, doubt: true } : sale,
  ]);
  const to = soldBefore(now);
  const quarantine = Object.entries(book.owned).map(([seat, spans]) => [seat, intersect(spans, [{ from: 0, to }])]);
  return [
    {
      type: "hub.recovered",
      data: {
        epoch: book.epoch + 1,
        owned: book.owned,
        quarantine: Object.fromEntries(quarantine),
        sales: Object.fromEntries(sales),
      },
    },
  ];
}

const ranks = { reserved: 0, admitted: 1, started: 2, ended: 3 };

/**
 * Both may know of a sale, each perhaps more than the other: who has seen it get further is right, and an end that the cloud knows is final. What
 * only this hub knows may have been used or withdrawn since. An end without use that only this hub knows is kept as what the driver was
 * told, without a fee, but frees no cell: in another past of this site, which a back-up cannot know, the pass may have been used.
 */
function merge(mine: Sale, theirs: Sale | undefined): Sale {
  if (!theirs) return isUnproven(mine) ? { ...mine, doubt: true } : mine;
  const { cancel, doubt } = theirs;
  if (mine.end && !mine.use) {
    if (theirs.end || theirs.use) return theirs;
    const end = { ...canceled(Math.min(0, mine.end.owed), mine.end.reason ?? "UNKNOWN"), keeps: cellsOfSale(mine) };
    return { ...mine, end };
  }
  if (ranks[mine.stage] > ranks[theirs.stage]) {
    return { ...mine, cancel: mine.end ? null : cancel, doubt: mine.stage === "admitted" && doubt };
  }
  return theirs.stage === "started" && mine.to > theirs.to ? { ...theirs, to: mine.to } : theirs;
}

/** Two changes of one version, one from each side (Rule 8): the hub's stands, since it had cancelled the old version with it. */
function lateChange(book: Book, sale: Sale): HubBookingEvent[] {
  if (sale.end || sale.seller === "hub" || sale.replaces === null) return [];
  const rival = versionsOf(book, sale.booking).some(
    ({ replaces, seller }) => replaces === sale.replaces && seller === "hub",
  );
  return rival ? [ended(sale, canceled(0, null))] : [];
}

/** Sold, and not known to be charging or over. */
function isUnproven(sale: Sale): boolean {
  return sale.stage === "reserved" || sale.stage === "admitted";
}

/** The slot before which a hub that was lost until `now` can have sold. */
function soldBefore(now: number): number {
  return slotOf(now + RECOVERY_MARGIN_MS) + 1 + AHEAD_SLOTS;
}
