import { useState } from "preact/hooks";
import type { Answer } from "../api";
import type { BookingChange, Met } from "./types";
import { useOwner, useSending } from "./use";
import type { Sending } from "./use";

/** A change that may meet bookings: said first, then made with what was shown. */
export interface Guard {
  sending: Sending;
  /** What the change would meet; null: nothing is being asked. */
  met: Met | null;
  /** Makes a change at once where it meets no booking, else shows which. `make` is handed what was shown. */
  run<T>(
    change: BookingChange,
    make: (shown: string | undefined) => Promise<Answer<T>>,
    then: (value: T) => void,
  ): void;
  goOn(): void;
  leave(): void;
}

export function useGuard(siteId: string): Guard {
  const { ask } = useOwner();
  const sending = useSending();
  const [waiting, setWaiting] = useState<{ met: Met; goOn: () => void } | null>(null);
  return {
    sending,
    met: waiting?.met ?? null,
    run<T>(
      change: BookingChange,
      make: (shown: string | undefined) => Promise<Answer<T>>,
      then: (value: T) => void,
    ): void {
      type Made = Promise<Answer<T | null>>;
      /** Bookings that came since they were shown are shown again. */
      const attempt = async (shown: string | undefined): Made => {
        const made = await make(shown);
        return !made.ok && made.error.code === "bookings_affected" ? look() : made;
      };
      const look = async (): Made => {
        const preview = await ask("post", "/v1/sites/:siteId/booking-changes/preview", { siteId }, { json: change });
        if (!preview.ok) return preview;
        const met = preview.value;
        if (met.count === 0) return make(undefined);
        setWaiting({ met, goOn: () => start(() => attempt(met.shown)) });
        return { ok: true, value: null };
      };
      const start = (step: () => Made): void => {
        setWaiting(null);
        void sending.send(step, (value) => {
          if (value !== null) then(value);
        });
      };
      start(look);
    },
    goOn: () => waiting?.goOn(),
    leave: () => setWaiting(null),
  };
}
