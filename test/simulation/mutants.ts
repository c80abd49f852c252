import type { Book, CloudBookingEvent, HubBookingEvent, Sale } from "../../shared/booking";
import { FOREVER, FRONTIER_SLOTS, RECOVERY_MARGIN_MS, slotOf, windowOf } from "../../shared/booking";
import type { Invariant } from "./invariants";
import type { Rules } from "./rules";
import { production } from "./rules";

/** A plausible wrong protocol: one rule replaced. A checker that does not catch it is broken. */
export interface Mutant {
  name: string;
  /** What somebody thought. */
  idea: string;
  /** At least one of these must fall; a mutant that trips over something else only is not caught. */
  breaks: readonly Invariant[];
  rules: Rules;
}

type EpochStarted = Extract<CloudBookingEvent, { type: "epoch.started" }>;

const withSales = (book: Book, change: (sale: Sale) => Sale | null): Book => ({
  ...book,
  sales: Object.fromEntries(
    Object.entries(book.sales).flatMap(([id, sale]) => {
      const changed = change(sale);
      return changed ? [[id, changed]] : [];
    }),
  ),
});

/** The book of a side that owns by the clock: the hub what starts within H, the cloud what starts later. */
function leased(book: Book, now: number): Book {
  const edge = slotOf(now) + FRONTIER_SLOTS;
  const mine = book.side === "hub" ? [{ from: 0, to: edge }] : [{ from: edge, to: FOREVER }];
  return { ...book, owned: Object.fromEntries(Object.keys(book.seats).map((seat) => [seat, mine])) };
}

/** The cloud's first message of an epoch, changed. */
function epochWith(
  change: (data: EpochStarted["data"], book: Book, now: number) => EpochStarted["data"],
): Rules["startEpoch"] {
  return (book, recovery, now) =>
    production
      .startEpoch(book, recovery, now)
      .map((event) => (event.type === "epoch.started" ? { ...event, data: change(event.data, book, now) } : event));
}

const sure = (sale: Sale): Sale => (sale.doubt ? { ...sale, doubt: false } : sale);
const mapSales = (data: EpochStarted["data"], change: (sale: Sale) => Sale): EpochStarted["data"] => ({
  ...data,
  sales: Object.fromEntries(Object.entries(data.sales).map(([id, sale]) => [id, change(sale)])),
});

/** The document's own. */
const documented: Mutant[] = [
  {
    name: "time-lease",
    idea: "the hub sells what starts within two hours, the cloud what starts later: no ownership is needed",
    breaks: ["I2"],
    rules: {
      ...production,
      sell: (book, offer, now) => production.sell(leased(book, now), offer, now),
      walkIn: (book, wish, now) => production.walkIn(leased(book, now), wish, now),
      modifyAtCloud: (book, offer, now) => production.modifyAtCloud(leased(book, now), offer, now),
      modifyAtHub: (book, offer, now) => production.modifyAtHub(leased(book, now), offer, now),
    },
  },
  {
    name: "silent-restore",
    idea: "a hub that was restored from a back-up goes on where the back-up ends",
    breaks: ["I1", "I2", "I4"],
    rules: { ...production, beginRecovery: () => [] },
  },
  {
    name: "no-deduplication",
    idea: "a message that arrives was sent",
    breaks: ["I1", "I2", "I7"],
    rules: {
      ...production,
      accept: (link, envelope) => {
        const verdict = production.accept(link, envelope);
        return verdict === "repeat" ? "apply" : verdict;
      },
    },
  },
  {
    name: "no-epoch-fence",
    idea: "a message is a message, whatever the epoch of its sender",
    breaks: ["I1", "I2", "I7", "I8"],
    rules: {
      ...production,
      accept: (link, envelope) => {
        const verdict = production.accept(link, envelope);
        return verdict === "stale" ? "apply" : verdict;
      },
    },
  },
  {
    name: "resale-before-verdict",
    idea: "a cancelled cell can be sold at once",
    breaks: ["I2"],
    rules: {
      ...production,
      sell: (book, offer, now) =>
        production.sell(
          withSales(book, (sale) => (sale.cancel ? null : sale)),
          offer,
          now,
        ),
    },
  },
  {
    name: "cancel-without-already-used",
    idea: "the cloud cancels, the hub obeys",
    breaks: ["I2", "I4", "I8"],
    rules: {
      ...production,
      receiveAtHub: (book, message, now) =>
        message.type === "booking.cancelRequested"
          ? production.receiveAtHub(
              withSales(book, (sale) => (sale.end ? sale : { ...sale, use: null, stage: "reserved" })),
              message,
              now,
            )
          : production.receiveAtHub(book, message, now),
    },
  },
  {
    name: "cancel-pending-cleared-on-restore",
    idea: "a new epoch begins with a clean table: what was being cancelled is cancelled",
    breaks: ["I2"],
    rules: {
      ...production,
      startEpoch: epochWith((data) =>
        mapSales(data, (sale) =>
          sale.cancel && !sale.end
            ? {
                ...sale,
                stage: "ended",
                cancel: null,
                end: { status: "CANCELED", reason: null, owed: sale.cancel.owed, keeps: null },
              }
            : sale,
        ),
      ),
    },
  },
  {
    name: "used-passes-forgotten-on-restore",
    idea: "used is what the back-up says and what the cloud has heard",
    breaks: ["I4"],
    rules: { ...production, startEpoch: epochWith((data) => mapSales(data, sure)) },
  },
];

const count = (sale: Sale): Sale => ({ ...sale, version: (sale.replaces ?? 0) + 1 });

/** A changed booking's event and answer with the version that comes after the old one. */
function counted<D extends { events: HubBookingEvent[]; answer: { ok: boolean; sale?: Sale } }>(decision: D): D {
  const { answer } = decision;
  return {
    ...decision,
    events: decision.events.map((event) =>
      event.type === "booking.sold" ? { ...event, data: { sale: count(event.data.sale) } } : event,
    ),
    answer: answer.sale && decision.events.length > 0 ? { ...answer, sale: count(answer.sale) } : answer,
  };
}

/** Holes of earlier drafts, the document's first among them, which this simulation has found: each repaired rule, undone. */
const found: Mutant[] = [
  {
    name: "no-recovery-margin",
    idea: "a window is open when the clock says so, also for the clock of the hub that was lost",
    breaks: ["I4"],
    rules: {
      ...production,
      startEpoch: epochWith((data, book, now) =>
        mapSales(data, (sale) => (ownsAll(book, sale) && windowOf(sale).opens > now ? sure(sale) : sale)),
      ),
    },
  },
  {
    name: "no-quarantine",
    idea: "what the cloud does not own is the hub's to sell again",
    breaks: ["I2"],
    rules: { ...production, startEpoch: epochWith((data) => ({ ...data, quarantineTo: 0 })) },
  },
  {
    name: "resold-cells-trusted",
    idea: "a booking whose window has not opened cannot have been touched by the hub that was lost",
    breaks: ["I2"],
    rules: {
      ...production,
      startEpoch: epochWith((data, _book, now) =>
        mapSales(data, (sale) => (windowOf(sale).opens - RECOVERY_MARGIN_MS > now ? sure(sale) : sale)),
      ),
    },
  },
  {
    name: "late-request-for-an-epoch",
    idea: "a hub that asks for a new epoch gets one, however long its request was under way",
    breaks: ["I7"],
    rules: {
      ...production,
      startEpoch: (book, request, now) =>
        book.recovery === request.recovery ? [] : production.startEpoch(book, { ...request, after: book.epoch }, now),
    },
  },
  {
    name: "one-count-of-versions",
    idea: "a change of a booking is its next version, whoever makes it",
    breaks: ["I2", "I7", "I8"],
    rules: {
      ...production,
      modifyAtCloud: (book, offer, now) => counted(production.modifyAtCloud(book, offer, now)),
      modifyAtHub: (book, offer, now) => counted(production.modifyAtHub(book, offer, now)),
    },
  },
  {
    name: "verdict-without-sight",
    idea: "a hub knows what was used, also one without chargers",
    breaks: ["I2", "I8"],
    rules: {
      ...production,
      receiveAtHub: (book, message, { now }) => production.receiveAtHub(book, message, { now, sight: true }),
      sweep: (book, now, upSince) => production.sweep(book, now, upSince ?? 0),
    },
  },
];

function ownsAll(book: Book, sale: Sale): boolean {
  return (book.owned[sale.seat] ?? []).some((span) => span.from <= sale.from && sale.to <= span.to);
}

export const mutants: readonly Mutant[] = [...documented, ...found];
