import type { Book, CloudBookingEvent, Envelope, HubBookingEvent, Sale, Span } from "../../shared/booking";
import { saleId } from "../../shared/booking";
import { covers, intersect, overlaps } from "../../shared/booking/spans";
import type { Schedule } from "./schedule";
import { cellsIn } from "./words";

/** The invariants of the protocol, by the numbers of docs/adr/0005-reservation-escrow.md. */
export type Invariant = "I1" | "I2" | "I3" | "I4" | "I5" | "I6" | "I7" | "I8" | "I9";

export interface Violation {
  invariant: Invariant;
  message: string;
  /** Virtual time, ISO 8601 UTC. */
  at: string;
}

/**
 * What really became of a sale, by everything that was ever on a disk and every charger that gave energy: also what a restore has made the
 * programs forget.
 */
interface Truth {
  sale: Sale;
  /** Cells that it has; null: given back. */
  cells: Span | null;
  /** How often a charger gave energy for it. */
  energised: number;
  /** A hub has ended it, and no restore has brought it back since. */
  ended: boolean;
  /** A restore lost its use or its end. */
  lost: boolean;
  /** How often the cloud has seen it end. */
  ends: number;
  /** The driver stood there, and there was no place. */
  full: boolean;
  /** Its driver was told for good that it is cancelled. */
  withdrawn: boolean;
}

/** Somebody waits for an answer of a machine, since `asked` (epoch ms). */
interface Call {
  machine: object;
  asked: number;
}

/** I9: an answer needs a disk and nothing else. What takes longer than this (ms) has waited for the other side. */
const PATIENCE_MS = 1_000;

/** Sees everything and decides nothing. I1 is in ownership.ts, I7 and I8 are in healed.ts. */
export class Checker {
  readonly violations: Violation[] = [];
  private readonly truths = new Map<string, Map<string, Truth>>();
  /** Who charged in a cell. */
  private readonly charged = new Map<string, string>();
  private readonly taken = new Set<string>();
  private readonly waiting = new Set<Call>();

  constructor(
    private readonly schedule: Schedule,
    private readonly say: (text: string) => void,
  ) {}

  /** Writes down that an invariant fell. */
  fail(invariant: Invariant, message: string): void {
    const at = new Date(this.schedule.now).toISOString();
    this.violations.push({ invariant, message, at });
    this.say(`!!! ${invariant}: ${message}`);
  }

  truth(site: string, id: string): Truth | undefined {
    return this.truths.get(site)?.get(id);
  }

  /** All sales that ever were at a site. */
  all(site: string): Truth[] {
    return [...(this.truths.get(site)?.values() ?? [])];
  }

  /** Whether any version of a booking has had energy. */
  hasCharged(site: string, booking: string): boolean {
    return this.all(site).some(({ sale, energised }) => sale.booking === booking && energised > 0);
  }

  /** Whether nobody else has, or has used, a cell of a sale: what an operator sees by looking. */
  isFreeFor(site: string, { sale, cells }: Truth): boolean {
    const span = cells ?? sale;
    const used = cellsOf(site, sale.seat, span).some(
      (cell) => (this.charged.get(cell) ?? sale.booking) !== sale.booking,
    );
    const rivals = this.all(site).filter(
      (other) => other.sale.booking !== sale.booking && other.sale.seat === sale.seat,
    );
    return !used && !rivals.some((other) => other.cells && overlaps(other.cells, span));
  }

  /** I9: somebody asks. Gives the function to call when he has his answer. */
  call(machine: object): () => void {
    const call = { machine, asked: this.schedule.now };
    this.waiting.add(call);
    return () => {
      this.waiting.delete(call);
      if (this.isLate(call)) this.fail("I9", "an answer waited for more than a disk");
    };
  }

  /** Power cut: who waits for this machine gets no answer, and may ask again with the same key. */
  cut(machine: object): void {
    for (const call of this.waiting) if (call.machine === machine) this.waiting.delete(call);
  }

  /** I9, at the end: who asked a machine that stayed up has his answer, whatever the line did. */
  allAnswered(): void {
    const late = [...this.waiting].filter((call) => this.isLate(call));
    if (late.length > 0) this.fail("I9", `${late.length} calls were never answered`);
  }

  /** Events of a hub are on its disk. `before` is its book without them. */
  hubWrote(site: string, before: Book, events: readonly HubBookingEvent[]): void {
    for (const event of events) {
      if (event.type === "booking.sold") this.sold(site, event.data.sale, before);
      else if (event.type === "booking.extended") this.extended(site, event.data, before);
      else if (event.type === "booking.ended") this.ended(site, event.data);
      else if (event.type === "booking.restated") this.remembered(site, event.data.sale);
      else if (event.type === "hub.recovered") {
        for (const sale of Object.values(event.data.sales)) this.remembered(site, sale);
      }
    }
  }

  /** A transaction of the cloud is on its disk. */
  cloudWrote(site: string, before: Book, after: Book, events: readonly CloudBookingEvent[]): void {
    for (const event of events) if (event.type === "booking.sold") this.sold(site, event.data.sale, before);
    if (before.sales === after.sales) return;
    for (const [id, sale] of Object.entries(after.sales)) {
      const old = before.sales[id];
      if (old === sale || !sale.end || sale.end === old?.end) continue;
      const truth = this.truth(site, id);
      if (truth) truth.ends++;
      if (old?.end) this.fail("I8", `${site} ${id} ended twice`);
    }
  }

  /** A message has taken effect at a receiver that is in epoch `current`. */
  applied(site: string, direction: "up" | "down", { epoch, seq }: Envelope<unknown>, current: number): void {
    const name = `${site} ${direction} ${epoch}:${seq}`;
    if (epoch < current) this.fail("I6", `${name} took effect in epoch ${current}`);
    if (this.taken.has(name)) this.fail("I5", `${name} took effect twice`);
    this.taken.add(name);
  }

  /** A charger gives energy for a sale. */
  energised(site: string, id: string): void {
    const truth = this.truth(site, id);
    if (!truth) return this.fail("I4", `${site} ${id} charges and was never sold`);
    const { booking } = truth.sale;
    if (this.hasCharged(site, booking)) this.fail("I4", `${site} ${id}: the pass has admitted twice`);
    truth.energised++;
    for (const cell of cellsOf(site, truth.sale.seat, truth.cells ?? truth.sale)) {
      const other = this.charged.get(cell);
      if (other && other !== booking) this.fail("I4", `${cell} admitted ${other} and ${booking}`);
      this.charged.set(cell, booking);
    }
  }

  /** A hub's disk was replaced by an older one. */
  restored(site: string, book: Book): number {
    let lost = 0;
    for (const [id, truth] of this.truths.get(site) ?? []) {
      const known = book.sales[id];
      if (truth.energised > 0 && known?.stage !== "started" && !known?.end) truth.lost = true;
      if (!known) lost++;
    }
    return lost;
  }

  private isLate({ asked }: Call): boolean {
    return this.schedule.now - asked > PATIENCE_MS;
  }

  /** I3 and I2. */
  private sold(site: string, sale: Sale, before: Book): void {
    const id = saleId(sale);
    if (!covers(before.owned[sale.seat] ?? [], sale)) {
      this.fail("I3", `${site} ${id}: the ${before.side} sold ${sale.seat} ${cellsIn([sale])} and does not own it`);
    }
    const cells = { from: sale.from, to: sale.to };
    const truth = { sale, cells, energised: 0, ended: false, lost: false, ends: 0, full: false, withdrawn: false };
    const sales = this.truths.get(site) ?? new Map<string, Truth>();
    this.truths.set(site, sales.set(id, truth));
    this.aloneIn(site, sale, cells);
  }

  private extended(site: string, data: { booking: string; version: number; to: number }, before: Book): void {
    const truth = this.truth(site, saleId(data));
    if (!truth?.cells) return;
    const more = { from: truth.cells.to, to: data.to };
    if (!covers(before.owned[truth.sale.seat] ?? [], more)) this.fail("I3", `${site} ${saleId(data)} extended`);
    truth.cells = { from: truth.cells.from, to: data.to };
    this.aloneIn(site, truth.sale, more);
    if (truth.energised === 0) return;
    for (const cell of cellsOf(site, truth.sale.seat, more)) this.charged.set(cell, truth.sale.booking);
  }

  private ended(site: string, data: Extract<HubBookingEvent, { type: "booking.ended" }>["data"]): void {
    const truth = this.truth(site, saleId(data));
    if (!truth?.cells) return;
    truth.ended = true;
    // Whatever a book says: a car that charges has its cells until it is known to have left.
    if (truth.energised > 0 && data.end.status !== "FULFILLED") return;
    for (const cell of cellsOf(site, truth.sale.seat, truth.cells)) {
      if (this.charged.get(cell) === truth.sale.booking) this.charged.delete(cell);
    }
    truth.cells = data.end.keeps;
    if (!truth.cells || truth.energised === 0) return;
    for (const cell of cellsOf(site, truth.sale.seat, truth.cells)) this.charged.set(cell, truth.sale.booking);
  }

  /** A sale in a hub's book after a recovery: it may have ended in the time that was lost, or be open in that and ended in the back-up. */
  private remembered(site: string, sale: Sale): void {
    const truth = this.truth(site, saleId(sale));
    if (!truth) return;
    if (sale.end && !truth.ended) return this.ended(site, { ...sale, end: sale.end });
    if (sale.end || !truth.ended) return;
    truth.ended = false;
    truth.lost = true;
    truth.withdrawn = false;
    truth.cells = { from: sale.from, to: sale.to };
    // One that only an operator admits takes nothing from anybody.
    if (sale.stage === "reserved" && !sale.doubt) this.aloneIn(site, sale, truth.cells);
  }

  /** I2. */
  private aloneIn(site: string, sale: Sale, cells: Span): void {
    for (const other of this.truths.get(site)?.values() ?? []) {
      const apart = other.sale.booking === sale.booking || other.sale.seat !== sale.seat || !other.cells;
      if (apart || !other.cells || !overlaps(other.cells, cells)) continue;
      const names = `${saleId(other.sale)} and ${saleId(sale)}`;
      this.fail("I2", `${site} ${sale.seat}: ${names} both have ${cellsIn(intersect([other.cells], [cells]))}`);
    }
  }
}

function cellsOf(site: string, seat: string, { from, to }: Span): string[] {
  return Array.from({ length: to - from }, (_, index) => `${site} ${seat} ${from + index}`);
}
