import type { HttpBindings } from "@hono/node-server";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Bookings } from "../booking/bookings";
import type { Clock } from "../clock";
import type { OperatorFiles } from "../files/files";
import type { Gateway } from "../gateway";
import type { HubArchiveStore } from "../history";
import type { LoadManagement } from "../load/controller";
import type { BoardFirmware } from "../installer/board-firmware";
import type { Log } from "../log";
import type { PendingChargePoints } from "../pending";
import type { Certificates } from "../security/certificates";
import type { Credentials } from "../security/credentials";
import type { Starter } from "../start/starter";
import type { VerifyKey } from "../start/policy";
import type { Stopper } from "../start/stopper";
import type { CloudLink } from "../sync/link";
import type { Metrics } from "./metrics";

/** A rate limit: whether one more of `key` (an address) is allowed now. Asking counts. */
type Allow = (key: string) => boolean;

/** What the routes work with; main.ts puts it together. */
export interface HubServices {
  store: HubArchiveStore;
  gateway: Gateway;
  clock: Clock;
  /** Seconds between two meter readings of a session, as chargers are told. */
  sampleInterval: number;
  log: Log;
  starter: Starter;
  stopper: Stopper;
  files: OperatorFiles;
  link: CloudLink;
  bookings: Bookings;
  /** Whether the hub's clock can be believed. */
  clockCredible: () => boolean;
  load: Pick<LoadManagement, "view" | "set" | "meter">;
  certificates: Pick<Certificates, "root" | "issue" | "revoke">;
  credentials: Pick<Credentials, "call" | "changePassword" | "newPassword">;
  pending: Pick<PendingChargePoints, "list" | "forget" | "refusalOf">;
  adminToken: string;
  hashPassword: (password: string) => Promise<string>;
  verifyKey: VerifyKey;
  random: (bytes: number) => Uint8Array;
  limits: {
    /** Starts and stops of an address. */
    page: Allow;
    /** Wrong tokens, keys and secrets of an address; `blocked` asks without counting. */
    guess: { failed: (key: string) => void; blocked: (key: string) => boolean };
  };
  installer: {
    /** What a charger must be told to find this hub, for whoever asks from `remote`. */
    place: (remote: string) => { hubUrl: string; mqttPort: number };
    httpsPort: () => number;
    firmware: Pick<BoardFirmware, "get">;
  };
  metrics: Metrics;
  publicUrl: string | null;
  webFolder: string;
  version: string;
}

interface HubVariables {
  /** The client's address. */
  address: string;
  /** The request carries the admin token. */
  isAdmin: boolean;
}

export interface HubEnv {
  Bindings: Partial<HttpBindings>;
  Variables: HubVariables;
}

export type HubApp = OpenAPIHono<HubEnv>;
