import type { Span } from "./spans";
import type { AdmittedBy, End, Sale, Seat } from "./types";

/** The facts that the protocol writes. Each side's events are its log to the other: the streams of shared/sync.ts. */

interface Which {
  booking: string;
  version: number;
}

interface Cells {
  seat: string;
  spans: Span[];
}

/**
 * Facts of the hub: its journal, and the stream up. The cloud folds those that concern it (`applyAtCloud`).
 */
export type HubBookingEvent =
  | { type: "seats.set"; data: { seats: Record<string, Seat> } }
  /** Rule 1, by the hub. */
  | { type: "booking.sold"; data: { sale: Sale } }
  /** The cloud's sale has reached the hub, by the feed or by the pass itself. */
  | { type: "booking.learned"; data: { sale: Sale } }
  | { type: "booking.extended"; data: Which & { to: number } }
  /** Rule 5: on disk before anything is energised. */
  | { type: "booking.admitted"; data: Which & { connector: string; at: string; by: AdmittedBy } }
  | { type: "booking.started"; data: Which }
  /** The charger refused: a rejected start never consumes a reservation. */
  | { type: "booking.startFailed"; data: Which }
  /** Also the verdict cancelOk of Rule 7. */
  | { type: "booking.ended"; data: Which & { end: End } }
  /** The verdict cancelNo of Rule 7. */
  | { type: "booking.cancelRefused"; data: Which }
  /** A cancel whose verdict the hub cannot give yet (`verdictOn`, `sweep`). */
  | { type: "booking.cancelNoted"; data: Which & { owed: number } }
  /** After a recovery: a sale of which the hub knows more than the cloud had told it. */
  | { type: "booking.restated"; data: { sale: Sale } }
  | { type: "booking.pinFailed"; data: { booking: string } }
  /** Rule 2: the cells are gone here with this event, and the cloud's when it applies it. */
  | { type: "cells.granted"; data: Cells & { requestId: string | null } }
  | { type: "cells.received"; data: Cells }
  | { type: "cells.refused"; data: { requestId: string } }
  | { type: "hub.recovering"; data: { recovery: string } }
  /** Rule 10: the hub's book in its new epoch. */
  | {
      type: "hub.recovered";
      data: {
        epoch: number;
        owned: Record<string, Span[]>;
        quarantine: Record<string, Span[]>;
        sales: Record<string, Sale>;
      };
    }
  /** Sales that ended before this slot leave the hub's live state. */
  | { type: "book.settled"; data: { before: number } };

/** Facts of the cloud about one hub: its log, and the feed down. The hub decides upon each (`receiveAtHub`). */
export type CloudBookingEvent =
  | { type: "booking.sold"; data: { sale: Sale } }
  | { type: "booking.cancelRequested"; data: Which & { owed: number } }
  | { type: "cells.granted"; data: Cells }
  | { type: "cells.requested"; data: { requestId: string; seat: string; from: number; to: number } }
  /** Rule 10, first of an epoch: what the cloud owns, the sales that it knows, and until where a lost hub may have sold the rest. */
  | {
      type: "epoch.started";
      data: {
        epoch: number;
        recovery: string;
        owned: Record<string, Span[]>;
        sales: Record<string, Sale>;
        quarantineTo: number;
      };
    };
