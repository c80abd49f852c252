import { AppError } from "../../shared/error";
import type { Gateway } from "../gateway";
import { configured, CONFIGURATION_KEYS } from "./link";
import type { Link } from "./link";
import { clearingFor } from "./profile";
import type { ProfileInput } from "./profile";
import { profileFor } from "./profile";

type Calls = Pick<Gateway, "call">;

/** How a charger took what it was told or asked. */
export type Outcome =
  | "accepted"
  /** By its own word it is not so. */
  | "refused"
  /** It may have taken it or not. */
  | "unknown";

const CALL_MS = 10_000;
const ASK_MS = 5_000;

/** Tells a charger one limit. Never rejects. `raises`: it can wait behind what people ask for. */
export async function tell(gateway: Calls, cpId: string, input: ProfileInput, raises: boolean): Promise<Outcome> {
  const options = { timeoutMs: CALL_MS, background: raises };
  return outcomeOf(async () => {
    const { status } = await gateway.call(cpId, "SetChargingProfile", profileFor(input), options);
    return status === "Accepted" ? "accepted" : "refused";
  });
}

/** Takes back everything that load management may have put into a charger for one connector. Never rejects. */
export function release(gateway: Calls, cpId: string, connectorId: number): Promise<Outcome> {
  return outcomeOf(async () => {
    for (const clearing of clearingFor(connectorId)) {
      // Both answers, Accepted and Unknown, say that it is gone.
      await gateway.call(cpId, "ClearChargingProfile", clearing, { timeoutMs: CALL_MS, background: true });
    }
    return "accepted";
  });
}

/** Asks a charger in which form it takes limits; one that does not answer takes the usual. Never rejects. */
export async function askConfiguration(gateway: Calls, cpId: string, link: () => Link): Promise<Link> {
  try {
    const { configurationKey } = await gateway.call(
      cpId,
      "GetConfiguration",
      { key: CONFIGURATION_KEYS },
      { timeoutMs: ASK_MS },
    );
    const values = (configurationKey ?? []).map(({ key, value }): [string, string] => [key, value ?? ""]);
    return configured(link(), new Map(values));
  } catch {
    return configured(link(), null);
  }
}

/** Asks for a reading now, which comes as MeterValues; "refused": it does not do that. Never rejects. */
export function askReading(gateway: Calls, cpId: string, connectorId: number): Promise<Outcome> {
  const payload = { requestedMessage: "MeterValues" as const, connectorId };
  return outcomeOf(async () => {
    const { status } = await gateway.call(cpId, "TriggerMessage", payload, { timeoutMs: ASK_MS, background: true });
    return status === "Accepted" ? "accepted" : "refused";
  });
}

async function outcomeOf(call: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await call();
  } catch (error) {
    // A CALLERROR says that it was not carried out; after silence nobody knows.
    return error instanceof AppError && error.code === "call_error" ? "refused" : "unknown";
  }
}
