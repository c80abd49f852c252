import type { Payload } from "../frame";
import type { Rig } from "./rig";

/** Lets a session end, and gives its StopTransaction. */
export function end(rig: Rig): Payload {
  rig.run(1000);
  return rig.last("StopTransaction");
}

/** The first sampled value of a MeterValues. */
function firstValue(payload: Payload | undefined): { context: string; value: string } | undefined {
  const meterValues = payload?.["meterValue"] as { sampledValue: { context: string; value: string }[] }[] | undefined;
  return meterValues?.[0]?.sampledValue[0];
}

/** Its reading context. */
export function contextOf(payload: Payload | undefined): unknown {
  return firstValue(payload)?.context;
}

/** Its energy, Wh. */
export function energyOf(payload: Payload | undefined): number {
  return Number(firstValue(payload)?.value);
}
