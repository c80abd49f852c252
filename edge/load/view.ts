import type { ConnectorLoad, LoadSettings, LoadView, PhaseCurrents } from "../../shared/load";
import { countedA } from "./counts";
import { confirmedA } from "./grip";
import { isSteered } from "./division";
import type { Link } from "./link";
import { wayOf } from "./link";
import { combine, on, sum, toGrid } from "./phases";
import type { Unit } from "./unit";
import { countsOf, FRESH_MS } from "./watch";

interface ViewInput {
  units: readonly Unit[];
  links: ReadonlyMap<string, Link>;
  settings: LoadSettings;
  limit: PhaseCurrents | null;
  safeA: number;
}

/** What the admin API shows: the live state, rounded to tenths of an ampere. */
export function viewOf({ units, links, settings, limit, safeA }: ViewInput, now: number): LoadView {
  return {
    active: limit !== null,
    at: new Date(now).toISOString(),
    settings,
    limitA: limit && tenths(limit),
    worstCaseA: tenths(sum(units.map((unit) => countedA(countsOf(unit.outlet, unit.watch, now), unit.grip)))),
    measuredA: tenths(sum(units.map((unit) => drawnA(unit, now)))),
    safeCurrentA: safeA,
    connectors: units.map((unit) => connectorOf(unit, links.get(unit.outlet.cpId) as Link, now)),
  };
}

function connectorOf(unit: Unit, link: Link, now: number): ConnectorLoad {
  const { outlet, grip, watch, turn, targetA } = unit;
  return {
    cpId: outlet.cpId,
    connectorId: outlet.connectorId,
    state: stateOf(unit, link),
    problem: problemOf(unit, link),
    targetA,
    limitA: confirmedA(grip),
    worstCaseA: tenths(countedA(countsOf(outlet, watch, now), grip)),
    measuredA: watch.reading && tenths(watch.reading.amps),
    measuredAt: watch.reading && new Date(watch.reading.at).toISOString(),
    ratedA: outlet.ratedA,
    ratedKnown: outlet.ratedKnown,
    waitingSince: turn.waitingSince === null ? null : new Date(turn.waitingSince).toISOString(),
  };
}

function stateOf(unit: Unit, link: Link): ConnectorLoad["state"] {
  if (!unit.outlet.connected) return "unreachable";
  if (!isSteered(unit, link)) return "uncontrolled";
  if (unit.targetA === null) return "idle";
  return unit.targetA > 0 ? "charging" : "queued";
}

/** What the owner is told of. A charger that refuses all ways is told of once it has. */
export function problemOf({ outlet, watch }: Unit, link: Link): ConnectorLoad["problem"] {
  if (watch.beyond) return "no_effect";
  return outlet.connected && wayOf(link, outlet.connectors) === null ? "refused" : null;
}

function drawnA({ outlet, watch }: Unit, now: number): PhaseCurrents {
  const { reading } = watch;
  if (!reading || !outlet.session || now >= reading.at + FRESH_MS) return [0, 0, 0];
  return outlet.rotation ? toGrid(outlet.rotation, reading.amps) : on(outlet.wired, Math.max(...reading.amps));
}

function tenths(amps: PhaseCurrents): PhaseCurrents {
  return combine(amps, amps, (each) => Math.round(each * 10) / 10);
}
