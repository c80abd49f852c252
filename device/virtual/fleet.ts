import { findBuilt } from "./built";
import type { Built } from "./built";
import { scaledClock } from "./clock";
import type { ScaledClock } from "./clock";
import { VirtualCharger } from "./virtual-charger";

/** How a fleet of virtual chargers is run. */
export interface FleetOptions {
  ids: string[];
  hubHost: string;
  hubPort: number;
  /** "" where the hub asks for none. */
  password: string;
  /** Key of sealed frames, 64 hex digits; "" or missing where frames are plain. */
  key?: string;
  /** Folder of the chargers' flash files. */
  dataDir: string;
  /** Seconds between meter samples; undefined leaves what flash holds. */
  sampleIntervalSec?: number | undefined;
  /** The chargers' time: the wall clock's by default. A faster one must be the central system's too, as in the tests. */
  clock?: ScaledClock | undefined;
  /** 32 A by default. */
  maxCurrentMa?: number;
  /** Further flash settings for each charger. */
  settings?: Record<string, string>;
  /** Where dist/device lies; looked for by default. */
  built?: Built;
}

/** Running chargers by id. */
export interface Fleet {
  chargers: Map<string, VirtualCharger>;
  /** Powers all of them off. */
  stop(): void;
}

/** Starts virtual chargers in this process; resolves when every program runs. Needs `buildDevice()` done before. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const built = options.built ?? findBuilt();
  const clock = options.clock ?? scaledClock(1);
  const chargers = new Map<string, VirtualCharger>();
  for (const id of options.ids) chargers.set(id, new VirtualCharger(id, built, clock, options.dataDir));
  await Promise.all(
    [...chargers.values()].map((charger) =>
      charger.start({
        cpId: charger.id,
        hubHost: options.hubHost,
        hubPort: options.hubPort,
        password: options.password,
        key: options.key ?? "",
        maxCurrentMa: options.maxCurrentMa ?? 32000,
        sampleIntervalSec: options.sampleIntervalSec,
        settings: options.settings,
      }),
    ),
  );
  return {
    chargers,
    stop: () => {
      for (const charger of chargers.values()) charger.stop();
    },
  };
}
