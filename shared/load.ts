import { z } from "zod";
import { connectorIdSchema, cpIdSchema, instantSchema } from "./schema";

/** Load management: what an owner sets, what the hub remembers of it, what its API shows. Currents are amperes per phase. */

/** More is no current of a charger, such as milliamperes that are called amperes. */
export const MOST_A = 10_000;

const ampsSchema = z.number().min(0).max(MOST_A);

/** One value for all phases, or one each for L1, L2, L3. */
const perPhaseSchema = z.union([ampsSchema, z.tuple([ampsSchema, ampsSchema, ampsSchema])]);
export type PerPhase = z.infer<typeof perPhaseSchema>;

const timeOfDaySchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day such as 07:30 is expected");

/** Part of a day in the site's zone; `to` at or before `from` is on the next day. Days: 1 is Monday; none means all. */
const limitWindowSchema = z.strictObject({
  days: z.array(z.number().int().min(1).max(7)).max(7).default([]),
  from: timeOfDaySchema,
  to: timeOfDaySchema,
  limitA: perPhaseSchema,
});

/** Where the site limit comes from. */
const siteLimitSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("constant"), limitA: perPhaseSchema }),
  /** Where windows overlap, the lowest counts. */
  z.strictObject({
    kind: z.literal("schedule"),
    otherwiseA: perPhaseSchema,
    windows: z.array(limitWindowSchema).max(50),
  }),
  /**
   * What a site meter leaves of the main fuse. `guaranteedA` is there for charging whatever the meter says, and all there is when it is
   * silent. `includesChargers`: the meter sees the chargers' current too.
   */
  z.strictObject({
    kind: z.literal("meter"),
    fuseA: perPhaseSchema,
    guaranteedA: perPhaseSchema,
    includesChargers: z.boolean(),
  }),
]);
export type SiteLimit = z.infer<typeof siteLimitSchema>;

/** Which phase of the grid a charger's L1, L2, L3 are on (OCPP 1.6 section 9.1, ConnectorPhaseRotation); with one phase the first letter counts. */
const phaseRotations = ["RST", "RTS", "SRT", "STR", "TRS", "TSR"] as const;
export type PhaseRotation = (typeof phaseRotations)[number];

export const loadSettingsSchema = z.strictObject({
  /** null: the hub's own setting (HUB_SITE_LIMIT_A) alone, and no load management where there is none. */
  limit: siteLimitSchema.nullable().default(null),
  /** `priority`: higher numbers are served first and fully; `fair`: all alike. */
  sharing: z.enum(["fair", "priority"]).default("fair"),
  /** What each charger may take where the hub has not spoken or is gone; 0: nothing. */
  safeCurrentA: z.union([z.literal(0), z.number().min(6).max(80)]).default(6),
  /** How long a car charges before it makes room for one that waits. */
  turnMinutes: z.number().int().min(1).max(240).default(15),
  connectors: z
    .array(
      z.strictObject({
        cpId: cpIdSchema,
        connectorId: connectorIdSchema.min(1),
        priority: z.number().int().min(0).max(100).default(0),
        /** Phases it is wired to. */
        phases: z.union([z.literal(1), z.literal(3)]).default(3),
        /** null: not known, so that a single-phase car counts on all phases. */
        rotation: z.enum(phaseRotations).nullable().default(null),
      }),
    )
    .max(256)
    .default([]),
});
export type LoadSettings = z.infer<typeof loadSettingsSchema>;

/** `no_effect`: it accepts limits and draws more; `refused`: it accepts no limit in any form. */
export const loadProblems = ["no_effect", "refused"] as const;
export type LoadProblem = (typeof loadProblems)[number];

/** What a charger may hold at most, known before it is told: `storedA` whenever no transaction's own limit counts, `ceilingA` at any time. */
export const heldSchema = z.strictObject({
  cpId: cpIdSchema,
  connectorId: connectorIdSchema,
  /** null: nothing is stored in it. */
  storedA: ampsSchema.nullable(),
  ceilingA: ampsSchema,
});

export const problemSchema = z.strictObject({
  cpId: cpIdSchema,
  connectorId: connectorIdSchema,
  /** null: it is over. */
  problem: z.enum(loadProblems).nullable(),
  limitA: ampsSchema.nullable(),
  measuredA: ampsSchema.nullable(),
});

/** What a site meter reports, `POST /api/load/meter`. */
export const siteMeterSchema = z.strictObject({
  currentA: z.tuple([
    z.number().min(-10_000).max(10_000),
    z.number().min(-10_000).max(10_000),
    z.number().min(-10_000).max(10_000),
  ]),
});

/** L1, L2, L3 in amperes. */
export type PhaseCurrents = readonly [number, number, number];

/** `GET /api/load`. */
export interface LoadView {
  /** Whether there is a limit to keep. */
  active: boolean;
  at: z.infer<typeof instantSchema>;
  settings: LoadSettings;
  /** null: none. */
  limitA: PhaseCurrents | null;
  /** The worst case that is reckoned with: never above the limit but for a moment after the limit itself falls, or where a charger cannot be limited. */
  worstCaseA: PhaseCurrents;
  /** What the chargers' own latest readings add up to. */
  measuredA: PhaseCurrents;
  /** What is stored in each charger for when the hub is gone. */
  safeCurrentA: number;
  connectors: ConnectorLoad[];
}

export interface ConnectorLoad {
  cpId: string;
  connectorId: number;
  /** `queued`: a car waits for its turn; `unreachable`, `uncontrolled`: it counts with its worst case. */
  state: "idle" | "charging" | "queued" | "unreachable" | "uncontrolled";
  problem: LoadProblem | null;
  /** What it should be allowed; null: it has no car. */
  targetA: number | null;
  /** What it last confirmed; null: nothing yet. */
  limitA: number | null;
  worstCaseA: PhaseCurrents;
  /** Of the charger's own phases; null: not known. */
  measuredA: PhaseCurrents | null;
  measuredAt: string | null;
  ratedA: number;
  /** false: nobody has said, a usual value is taken. */
  ratedKnown: boolean;
  /** Since when it waits. */
  waitingSince: string | null;
}
