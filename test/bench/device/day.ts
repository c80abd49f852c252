import { PILOT_A, PILOT_B, PILOT_C } from "../../../device/core/board";
import { Rig } from "../../../device/core/testing/rig";

const HOUR_MS = 3_600_000;
const STEP_MS = 500;
const SESSIONS = 4;

/**
 * Flash writes of one day's use, counted in the core: four sessions of two hours with a sample each 30 s, a hub that sends a new limit each five minutes
 * of a session, heartbeats all day.
 */
export function flashWritesOfADay(): number {
  const rig = new Rig().online();
  const before = rig.store.writes;
  for (let session = 0; session < SESSIONS; session += 1) {
    rig.inputs.pilot = PILOT_B;
    rig.run(1000, STEP_MS);
    rig.call("RemoteStartTransaction", { idTag: "TAG", connectorId: 1 });
    rig.run(2000, STEP_MS);
    rig.inputs.pilot = PILOT_C;
    for (let minute = 0; minute < 120; minute += 5) {
      rig.call("SetChargingProfile", { connectorId: 1, csChargingProfiles: limit(8 + (minute % 8)) });
      rig.run(HOUR_MS / 12, STEP_MS);
    }
    rig.inputs.pilot = PILOT_A;
    rig.run(4 * HOUR_MS, STEP_MS);
  }
  const stops = rig.sent("StopTransaction").length;
  if (stops !== SESSIONS) throw new Error(`the day had ${stops} sessions`);
  return rig.store.writes - before;
}

function limit(amperes: number): object {
  return {
    chargingProfileId: 2001,
    stackLevel: 3,
    chargingProfilePurpose: "TxDefaultProfile",
    chargingProfileKind: "Relative",
    chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: amperes }] },
  };
}
