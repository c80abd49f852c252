import type { HubEvent } from "../../shared/events";
import { meterOpen } from "../state/sessions";
import type { OpenSession } from "../state/state";
import type { MeterValue } from "./meter";
import { keptValues, powerW, registerWh } from "./meter";
import type { Context } from "./route";
import { isPlausible } from "./settle";
import { chargerTime, isoTime } from "./times";

/** What the readings of a session make. */
interface Readings {
  events: HubEvent[];
  /** The session after them. Asked for rarely, and metering twice is dear: the events' fold does it anyway. */
  after: () => OpenSession;
}

type Metered = Extract<HubEvent, { type: "session.metered" }>["data"];

/** A register may fall back by so little, through rounding, without being suspicious. */
const ROUNDING_WH = 10;

/**
 * Readings of a session, in the order in which they came. All are kept. A register counts where it is not older than the last one, has not
 * fallen, and can have been reached; otherwise the session is suspicious and no register counts before its end.
 */
export function readingsOf(context: Context, open: OpenSession, connectorId: number, values: MeterValue[]): Readings {
  const events: HubEvent[] = [];
  let before = open;
  let last: Metered | null = null;
  const after = () => (last ? meterOpen(before, last) : before);
  for (const value of values) {
    before = after();
    last = readingOf(context, before, connectorId, value);
    events.push({ type: "session.metered", data: last });
  }
  return { events, after };
}

function readingOf(context: Context, open: OpenSession, connectorId: number, value: MeterValue): Metered {
  const { session } = open;
  const loose = looseReading(context, connectorId, value);
  const lastMs = Date.parse(session.lastReadingAt);
  const ms = Date.parse(loose.at);
  const samples = { ...loose, id: session.id };
  if (ms < lastMs) return { ...samples, registerWh: null, powerW: null };
  const values = loose.samples.flatMap((sample) => sample.values);
  const register = registerWh(values);
  const power = powerW(values);
  if (register === null || open.suspicious) return { ...samples, registerWh: null, powerW: power };
  const energyWh = register - session.meterStart;
  const fallen = energyWh < session.energyWh - ROUNDING_WH;
  const suspicious = fallen || !isPlausible(energyWh - session.energyWh, ms - lastMs);
  return suspicious
    ? { ...samples, registerWh: null, powerW: power, suspicious }
    : { ...samples, registerWh: register, powerW: power };
}

/** A reading that belongs to no session: kept as it came. */
export function looseReading({ cpId, state, now }: Context, connectorId: number, value: MeterValue): Metered {
  const time = chargerTime(value.timestamp, now, state.site.timeZone);
  const at = isoTime(time.ms);
  const values = keptValues(value.sampledValue);
  return {
    id: null,
    cpId,
    connectorId,
    at,
    registerWh: null,
    powerW: null,
    samples: [{ at, chargerTime: time.text, values }],
  };
}
