import type { LoadView } from "../../shared/load";
import type { ChargePoint, Pairing, Pending, Reservations, RunningSession } from "../hub-admin/types";

/** Data of a real shape for tests and screenshots of the hub's page for installers and owners. */

export const hubAdminNow = "2026-11-21T13:05:12.000Z";

const connector = (status: ChargePoint["connectors"][number]["status"], errorCode = "NoError") => ({
  connectorId: 1,
  status,
  errorCode,
  info: errorCode === "NoError" ? null : "RCD 1 tripped",
  at: "2026-11-21T12:18:05.000Z",
});
const boot = { vendor: "hitchpost", model: "HP-22", firmwareVersion: "1.4", accepted: true };
const since = "2026-11-21T06:30:00.000Z";
const known = { onlineChangedAt: since, hasPassword: false, hasKey: true, refused: null, boot };
const refusedAt = "2026-11-21T13:04:00.000Z";
const stranger = {
  online: false,
  onlineChangedAt: null,
  hasPassword: false,
  hasKey: false,
  boot: null,
  connectors: [],
};

export const chargePoints: ChargePoint[] = [
  { cpId: "CP1", name: "Carport left", online: true, ...known, connectors: [connector("Charging")] },
  { cpId: "CP2", name: "Carport right", online: true, ...known, connectors: [connector("Faulted", "GroundFailure")] },
  {
    cpId: "CP3",
    name: null,
    online: false,
    ...known,
    boot: { ...boot, accepted: false },
    connectors: [connector("Available")],
  },
  { cpId: "CP4", name: "Street side", ...stranger, refused: { reason: "wrong_password", at: refusedAt } },
  { cpId: "CP5", name: "Courtyard", ...stranger, refused: { reason: "unsealed", at: refusedAt } },
];

export const pending: Pending[] = [
  { cpId: "CP9", transport: "mqtt", address: "192.168.1.40", lastSeenAt: "2026-11-21T13:05:00.000Z", attempts: 12 },
];

const session = {
  cpId: "CP1",
  connectorId: 1,
  startedAt: "2026-11-21T12:18:02.000Z",
  endedAt: null,
  energyWh: 8420,
  powerW: 10_840,
};
export const running: RunningSession[] = [
  { id: "0198f3a0-0000-7000-8000-000000000001", ...session },
  { id: "0198f3a0-0000-7000-8000-000000000002", ...session, cpId: "CP2", powerW: null },
  { id: "0198f3a0-0000-7000-8000-000000000003", ...session, endedAt: "2026-11-21T12:40:00.000Z" },
];

const outlet = {
  connectorId: 1,
  problem: null,
  measuredAt: "2026-11-21T13:05:10.000Z",
  ratedA: 32,
  ratedKnown: true,
  waitingSince: null,
};
export const load: LoadView = {
  active: true,
  at: hubAdminNow,
  settings: {
    limit: { kind: "constant", limitA: 32 },
    sharing: "fair",
    safeCurrentA: 6,
    turnMinutes: 15,
    connectors: [],
  },
  limitA: [32, 32, 32],
  worstCaseA: [26, 26, 38],
  measuredA: [15.8, 15.8, 15.7],
  safeCurrentA: 6,
  connectors: [
    {
      ...outlet,
      cpId: "CP1",
      state: "charging",
      targetA: 16,
      limitA: 16,
      worstCaseA: [16, 16, 16],
      measuredA: [15.8, 15.8, 15.7],
    },
    {
      ...outlet,
      cpId: "CP2",
      state: "queued",
      problem: "no_effect",
      targetA: 0,
      limitA: 0,
      worstCaseA: [10, 10, 22],
      measuredA: null,
    },
  ],
};

const reservation = {
  reference: "4711",
  seat: "CP1/1",
  from: "2026-11-21T14:00:00.000Z",
  until: "2026-11-21T16:00:00.000Z",
  stage: "reserved",
  doubt: false,
  cancelPending: false,
} as const;
export const reservations: Reservations = {
  recovering: true,
  clockCredible: false,
  clockAheadMs: 5_400_000,
  reservations: [
    { ...reservation, booking: "b1", seller: "hub" },
    { ...reservation, booking: "b2", reference: "4712", seller: "cloud", doubt: true, stage: "admitted" },
    { ...reservation, booking: "b3", reference: "4713", seller: "hub", cancelPending: true },
  ],
};

export const pairing: Pairing = {
  paired: true,
  cloudUrl: "https://charge.example",
  ackedSeq: 4_180,
  headSeq: 4_711,
  feedOpen: false,
  lastContactAt: "2026-11-21T12:41:30.000Z",
  lastError: "The cloud does not answer.",
};
