import type { HubEvent } from "../../shared/events";
import type { PhaseCurrents } from "../../shared/load";
import { MOST_A } from "../../shared/load";
import type { SampledValue } from "../../shared/ocpp";

type Metered = Extract<HubEvent, { type: "session.metered" }>["data"];
type Sample = Metered["samples"][number];

/** What a charger's meter showed: current of its own L1, L2, L3. */
export interface Reading {
  /** When it was sampled, epoch ms, never after its arrival. */
  at: number;
  amps: PhaseCurrents;
  /** false: the charger gave one value for all phases, or power. */
  perPhase: boolean;
}

const VOLTS = 230;

/**
 * The latest current in a MeterValues message: Current.Import by phase, else in one value, else from power at 230 V over the
 * charger's phases. null: it tells neither. `arrivedAt` is epoch ms.
 */
export function readingOf(data: Metered, phases: 1 | 3, arrivedAt: number): Reading | null {
  for (const sample of data.samples.toReversed()) {
    const reading = ofSample(sample, phases, arrivedAt);
    if (reading) return reading;
  }
  if (data.powerW === null) return null;
  return { at: Math.min(Date.parse(data.at), arrivedAt), ...evenly(data.powerW / VOLTS / phases, phases) };
}

function ofSample(sample: Sample, phases: 1 | 3, arrivedAt: number): Reading | null {
  const at = Math.min(Date.parse(sample.at), arrivedAt);
  const currents = valuesOf(sample, "Current.Import", { A: 1, mA: 0.001 });
  const powers = valuesOf(sample, "Power.Active.Import", { W: 1 / VOLTS, kW: 1000 / VOLTS });
  const byPhase = phasesOf(currents) ?? phasesOf(powers);
  if (byPhase) return { at, amps: byPhase, perPhase: true };
  const current = currents.find((each) => each.phase === null);
  if (current) return { at, ...evenly(current.amps, phases) };
  const power = powers.find((each) => each.phase === null);
  return power ? { at, ...evenly(power.amps / phases, phases) } : null;
}

/** What can be written of it: the cloud must be able to read what a charger claims. */
const within = (amps: number): number => Math.min(MOST_A, Math.max(0, amps));

interface Value {
  /** 0, 1, 2 for L1, L2, L3; null: all together. */
  phase: number | null;
  amps: number;
}

function valuesOf(sample: Sample, measurand: string, units: Record<string, number>): Value[] {
  const standard = Object.values(units)[0] as number;
  return sample.values.flatMap((value) => {
    const number = Number(value.value);
    const factor = value.unit === undefined ? standard : units[value.unit];
    const usable = value.measurand === measurand && atOutlet(value) && value.value.trim() !== "";
    if (!usable || factor === undefined || !Number.isFinite(number)) return [];
    const phase = phaseOf(value.phase);
    return phase === undefined ? [] : [{ phase, amps: within(number * factor) }];
  });
}

/** What the car takes; a value of the charger's inlet may hold other connectors too. */
function atOutlet({ location, format }: SampledValue): boolean {
  return (location === undefined || location === "Outlet") && format !== "SignedData";
}

/** undefined: neutral, or between two phases. */
function phaseOf(phase: string | undefined): number | null | undefined {
  if (phase === undefined) return null;
  const index = ["L1", "L2", "L3"].indexOf(phase.replace(/-N$/, ""));
  return index < 0 ? undefined : index;
}

function phasesOf(values: Value[]): PhaseCurrents | null {
  const amps: [number, number, number] = [0, 0, 0];
  const known = values.filter((value) => value.phase !== null);
  for (const value of known) amps[value.phase as 0 | 1 | 2] = value.amps;
  return known.length > 0 ? amps : null;
}

function evenly(amps: number, phases: 1 | 3): { amps: PhaseCurrents; perPhase: false } {
  const each = within(amps);
  return { amps: phases === 1 ? [each, 0, 0] : [each, each, each], perPhase: false };
}
