import type { ColumnType, JSONColumnType } from "kysely";
import type { Alternative } from "./alternative";

/** The table of reschedules as kysely sees it; `cloud/migrations/0013-reschedule.ts` makes it. */

/**
 * `offered`: its driver decides; `withdrawn`: the charger works again; `over`: it was used, cancelled or changed otherwise meanwhile; `moved`, `expired`: nothing was said until the start, when another
 * connector of the site was free, or none was.
 * Only `offered` and `withdrawn` are left again.
 */
const rescheduleStates = ["offered", "accepted", "declined", "expired", "withdrawn", "over", "moved"] as const;
export type RescheduleState = (typeof rescheduleStates)[number];

/** `charger`: it does not work; `owner`: it was taken away, or blocked. */
export const causes = ["charger", "owner"] as const;
export type Cause = (typeof causes)[number];

/** One version of a booking whose seat cannot be counted on. */
interface RescheduleTable {
  site_id: string;
  booking: string;
  version: number;
  state: RescheduleState;
  cause: Cause;
  /** null: nothing else is free. */
  offer: JSONColumnType<Alternative, string, string> | ColumnType<null, null, null>;
  from_slot: number;
  offered_at: ColumnType<Date, Date, Date>;
  decided_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

export interface RescheduleTables {
  booking_reschedules: RescheduleTable;
}
