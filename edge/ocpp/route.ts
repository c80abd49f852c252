import type { z } from "zod";
import type { HubEvent } from "../../shared/events";
import type { HubState } from "../state/state";
import type { CallAction } from "./calls";

/** How an incoming action is handled; see routes.ts for the table. */

export interface OcppSettings {
  /** Charge points and idTags that nobody registered are accepted. */
  acceptUnknown: boolean;
  /** Seconds between heartbeats, told at boot. */
  heartbeatInterval: number;
  /** Seconds after which a refused charge point may boot again. */
  retryInterval: number;
}

/** What a handler may know. It must not read anything else: the same values give the same decision. */
export interface Context {
  cpId: string;
  state: Readonly<HubState>;
  /** The hub's clock at the arrival, epoch ms. */
  now: number;
  settings: OcppSettings;
  /** A new UUIDv7. */
  newId: () => string;
  /** A random positive int32. */
  randomId: () => number;
}

/** What is done once the reply is on its way. */
export type FollowUp =
  | { do: "call"; action: CallAction; payload: unknown }
  /** Bring the charger's configuration to what the site wants. */
  | { do: "configure" }
  /** Sign this certificate request (PEM) and send CertificateSigned. */
  | { do: "certify"; csr: string };

export interface Handled<R> {
  reply: R;
  events: HubEvent[];
  after?: FollowUp[];
}

export interface Route<Q extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  request: Q;
  response: R;
  /** Pure; runs inside the store's commit. */
  handle(request: z.output<Q>, context: Context): Handled<z.output<R>>;
  /** Never answered from memory. */
  afresh?: boolean;
}

/** Ties a handler to its schemas. */
export function route<Q extends z.ZodType, R extends z.ZodType>(route: Route<Q, R>): Route<Q, R> {
  return route;
}
