/**
 * Reservations across a network that fails: never sold twice, hub offline or not. The protocol of docs/adr/0005-reservation-escrow.md as pure
 * functions, used unchanged by the hub, by the cloud and by the simulation (test/simulation).
 *
 * **Shape.** A decision takes a `Book` (and the time, where people's time matters) and gives `{ events, answer }` or just events; it changes nothing. A
 * fold takes a book and an event and gives the next book. Who writes the events in one transaction with what else they mean, and answers or
 * acts only after that transaction is on disk, keeps the promises:
 *
 * - **Hub.** The events are events of its journal: `store.commit((state) => { const { events, answer } = sell(state.book, ...); return { reply: answer,
 *   events } })`, and its fold calls `foldHub`. The journal is the log up. A message of the feed is decided by `receiveAtHub` and committed together with
 *   `feed.applied`, its cursor of the log down. `admit` is answered after the fsync, so `used(booking)` is on disk before anything is energised.
 * - **Cloud.** In one PostgreSQL transaction, under an advisory lock of the site: load the book, or the part of it that the decision looks at (the cells and the
 *   sales of the seats concerned, and all versions of the booking), decide, write what `foldCloud` changed (cells, sales), append the events to the
 *   feed, which is the log down, and book `postings(before, after)`. An event of the hub is folded by `applyAtCloud` in the transaction that moves
 *   that hub's cursor, the log up.
 * - **Both** apply a message only if `accept` says `apply`; a hub that is recovering takes nothing but the `epoch.started` that answers its own recovery.
 *
 * Where each rule is enforced: 1 sell.ts; 2 and 3 transfer.ts; 4 sell.ts, admit.ts, use.ts; 5 admit.ts, pass.ts; 6 slots.ts (`CLOCK_SKEW_MS`), admit.ts; 7
 * cancel.ts; 8 modify.ts; 9 place.ts, overstay.ts, use.ts; 10 recover.ts. I1 to I9 are checked by test/simulation/invariants.ts. The schemas of the events
 * are in schema.ts, so that pages can import the rules without zod.
 */
export { admit } from "./admit";
export type { AdmitAnswer, AdmitRefusal, Presented } from "./admit";
export { newBook } from "./book";
export { cancelAtHub, requestCancel } from "./cancel";
export type { CloudBookingEvent, HubBookingEvent } from "./events";
export { applyAtCloud, foldCloud, foldHub } from "./fold";
export { accept, acknowledged, append, applied, newLink } from "./link";
export type { Envelope, Link } from "./link";
export { modifyAtCloud, modifyAtHub } from "./modify";
export type { ModifyAnswer, ModifyRefusal } from "./modify";
export { ending, owed, postings } from "./money";
export type { Posting } from "./money";
export { hardEnd, overstay } from "./overstay";
export { claimsOf, windowOf } from "./pass";
export type { Holder, PassClaims } from "./pass";
export { placeFor } from "./place";
export type { Connector } from "./place";
export { acceptAtHub, receiveAtHub } from "./receive";
export { beginRecovery, recoverAlone, startEpoch } from "./recover";
export { sell } from "./sell";
export type { Offer, SaleAnswer, SaleRefusal } from "./sell";
export { AHEAD_SLOTS, FOREVER, RECOVERY_MARGIN_MS, SLOT_MS, instantOfSlot, slotOf, startOfSlot } from "./slots";
export type { Span } from "./spans";
export { FRONTIER_SLOTS, advanceFrontier, releaseToCloud, standingSplit } from "./transfer";
export type * from "./types";
export { held, isOpen, saleId, versionsOf } from "./types";
export { compensate, extend, finish, settle, startFailed, started, sweep, walkIn } from "./use";
