import type { Clock } from "../clock";
import { Buckets } from "../rate-limit";
import type { HubServices } from "./context";

/** Two taps a second for a short while, then one in three seconds. */
const page = { burst: 20, perSecond: 1 / 3 };
/** Ten wrong tokens or keys, then one a minute. */
const guess = { burst: 10, perSecond: 1 / 60 };

/** The limits of the HTTP side, each by the client's address. `enabled` false: none. */
export function createHttpLimits(clock: Clock, enabled: boolean): HubServices["limits"] {
  if (!enabled) return { page: () => true, guess: { failed: () => {}, blocked: () => false } };
  const taps = new Buckets(page);
  const guesses = new Buckets(guess);
  const at = (buckets: Buckets, key: string) => buckets.of(key, clock.now());
  return {
    page: (key) => at(taps, key).allow(clock.now()),
    guess: {
      failed: (key) => void at(guesses, key).allow(clock.now()),
      blocked: (key) => at(guesses, key).isEmpty(clock.now()),
    },
  };
}
