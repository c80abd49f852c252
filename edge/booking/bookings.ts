import type { AdmitRefusal, PassClaims, Presented, Sale } from "../../shared/booking";
import { claimsOf, saleId } from "../../shared/booking";
import { AppError } from "../../shared/error";
import type { Clock } from "../clock";
import type { Log } from "../log";
import type { Starter } from "../start/starter";
import type { Stopper } from "../start/stopper";
import type { HubStore } from "../state/domain";
import { admissionError, decideAdmission, decideCompensation } from "./admission";
import type { Visit } from "./admission";
import type { LocalWish } from "./local-sale";
import { decideLocalSale } from "./local-sale";
import type { PassKeys, Shown } from "./pass";
import { mintPin } from "./pass";
import { bookingOf, LOCAL_HUB } from "./state";

interface BookingsOptions {
  store: HubStore;
  starter: Starter;
  stopper: Stopper;
  keys: PassKeys;
  clock: Clock;
  /** Rule 6: whether the clock can be believed. */
  clockCredible: () => boolean;
  log: Log;
  newId: () => string;
  random: (bytes: number) => Uint8Array;
}

interface Place {
  cpId: string;
  connectorId: number;
}

/** Where a driver with a booking may charge. `requestId`: his start; null: the car there has to leave first, then the pass is shown again. */
interface AdmittedAt extends Place {
  requestId: string | null;
}

/** A reservation that was just made at the hub; `pin` is told this once. */
export interface LocalBooking {
  sale: Sale;
  pin: string | null;
  pass: string;
  repeated: boolean;
}

/** A booking as a driver names it without its pass: by the reference on his confirmation, and its PIN. */
export interface Named {
  reference: string;
  pin: string;
}

/** What a driver types for a booking: the end of its id, 8 hex digits. */
export function referenceOf(booking: string): string {
  return booking.replaceAll("-", "").slice(-8).toUpperCase();
}

/** What people do with reservations at the hub: show a pass, type a PIN, reserve, admit. */
export class Bookings {
  private readonly options: BookingsOptions;

  constructor(options: BookingsOptions) {
    this.options = options;
  }

  /**
   * Admits who shows a pass, or names a booking of this hub by reference and PIN, and starts his charge. Resolves once its use is on disk. `secret`
   * is what stop and receipt will ask for. Rejects with AppError 400 `pass_unreadable`, 404 `unknown_booking`, 403 or 409 as `admissionError`
   * says, and as `decideStart` throws.
   */
  async admitDriver(place: Place | null, shown: Shown | Named, secret: string): Promise<AdmittedAt> {
    const opened = await this.opened(shown);
    return this.admit({ ...opened, operator: false }, place, (at) => this.options.starter.orderBySecret(at, secret));
  }

  /**
   * The operator stands by and admits a driver: one with a pass that the hub cannot check, or whose booking it knows. Rejects as `admitDriver` does.
   */
  async admitByOperator(place: Place | null, which: { pass: string } | { booking: string }): Promise<AdmittedAt> {
    const { random, starter } = this.options;
    const opened = "pass" in which ? await this.opened({ pass: which.pass }) : this.knownSale(which.booking);
    const secret = Buffer.from(random(32)).toString("base64url");
    return this.admit({ ...opened, operator: true }, place, (at) => starter.orderBySecret(at, secret));
  }

  /** Rule 9: the driver found no place and takes his compensation. Gives what he owes for the booking, minor units; negative is paid to him. */
  async compensate(place: Place | null, shown: Shown | Named): Promise<{ owed: number }> {
    const { store } = this.options;
    const opened = await this.opened(shown);
    const visit = { ...this.visit(place), shown: { ...opened, operator: false } };
    const reply = await store.commit((state) => decideCompensation(state, visit));
    if ("refusal" in reply) throw admissionError(reply.refusal, opened.claims);
    return reply;
  }

  /** Reserves cells of the hub's own. With `idTag` that card may start at the charger. Rejects as `decideLocalSale` throws. */
  async reserve(wish: Omit<LocalWish, "booking" | "buyer"> & { idTag: string | null }): Promise<LocalBooking> {
    const { store, clock, newId, random, keys } = this.options;
    const { idTag, ...rest } = wish;
    const id = newId();
    const pin = mintPin(random);
    const buyer = { holder: { pinTag: await keys.pinTag(id, pin) }, idTag };
    const { booking, version, repeated } = await store.commit((state) =>
      decideLocalSale(state, { ...rest, booking: id, buyer }, clock.now()),
    );
    const sale = this.sale(booking, version);
    return { sale, pin: repeated ? null : pin, pass: await this.passOf(sale), repeated };
  }

  /** The pass of a sale of this hub. */
  async passOf(sale: Sale): Promise<string> {
    return this.options.keys.sign(this.claimsOf(sale));
  }

  private async admit(shown: Presented, place: Place | null, order: Visit["order"]): Promise<AdmittedAt> {
    const { starter, stopper, log } = this.options;
    const { claims } = shown;
    const visit: Visit = { ...this.visit(place), shown, order };
    const { reply } = await starter.decide((state) => {
      const { reply: decided, events } = decideAdmission(state, visit);
      return { reply: decided.ok ? decided : { ...decided, order: null }, events };
    });
    if (!reply.ok) {
      log.warn({ booking: claims.booking, refusal: reply.refusal }, "a pass was refused");
      throw admissionError(reply.refusal as AdmitRefusal, claims);
    }
    const { cpId, connectorId, requestId, standby } = reply;
    log.info({ booking: claims.booking, cpId, connectorId }, "a booked driver was admitted");
    if (standby !== null) await stopper.stop(standby);
    return { cpId, connectorId, requestId };
  }

  private visit(place: Place | null): Pick<Visit, "at" | "now" | "clockCredible"> {
    const { clock, clockCredible } = this.options;
    const at = place && `${place.cpId}/${place.connectorId}`;
    return { at, now: clock.now(), clockCredible: clockCredible() };
  }

  private async opened(shown: Shown | Named): Promise<Omit<Presented, "operator">> {
    const { keys, clock } = this.options;
    if ("reference" in shown) return this.named(shown);
    const opened = await keys.open(shown, clock.now());
    return { ...opened, claims: this.asKnown(opened.claims, opened.signed) };
  }

  /** A booking of this hub by its reference. One whose PIN the hub cannot check asks for its pass. */
  private async named({ reference, pin }: Named): Promise<Omit<Presented, "operator">> {
    const { store, keys } = this.options;
    const wanted = reference.replaceAll(/[\s-]/g, "").toUpperCase();
    const { book, buyers } = bookingOf(store.state);
    const sale = Object.values(book.sales).find(
      (each) => each.booking in buyers && !each.end && referenceOf(each.booking) === wanted,
    );
    if (!sale) throw new AppError("unknown_booking", "There is no booking of this reference here.", { status: 404 });
    return keys.open({ pass: await this.passOf(sale), pin }, this.options.clock.now());
  }

  private knownSale(booking: string): Omit<Presented, "operator"> {
    const { book } = bookingOf(this.options.store.state);
    const sale = Object.values(book.sales).find((each) => each.booking === booking && !each.end);
    if (!sale)
      throw new AppError("unknown_booking", "There is no such reservation that is still open.", { status: 404 });
    return { claims: this.claimsOf(sale), signed: true, proof: "missing" };
  }

  /** A pass that this hub signed before its pairing names it otherwise, and is as good. */
  private asKnown(claims: PassClaims, signed: boolean): PassClaims {
    const { book } = bookingOf(this.options.store.state);
    const sale = book.sales[saleId(claims)];
    const isOld = signed && claims.issuer === "hub" && claims.hub === LOCAL_HUB && sale?.hub === LOCAL_HUB;
    return isOld && book.hub !== LOCAL_HUB ? { ...claims, hub: book.hub, epoch: sale.epoch } : claims;
  }

  private claimsOf(sale: Sale): PassClaims {
    const { buyers, book } = bookingOf(this.options.store.state);
    return { ...claimsOf(sale, buyers[sale.booking]?.holder ?? null), hub: book.hub };
  }

  private sale(booking: string, version: number): Sale {
    const sale = bookingOf(this.options.store.state).book.sales[saleId({ booking, version })];
    if (!sale) throw new AppError("unknown_booking", "There is no such reservation.", { status: 404 });
    return sale;
  }
}
