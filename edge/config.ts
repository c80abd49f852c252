import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { portVariable } from "../shared/environment";
import { AppError } from "../shared/error";

/** The hub's settings, read from the environment once, at the start. */
export interface HubConfig {
  host: string;
  httpPort: number;
  mqttPort: number;
  /** null: the usual one, or a free one where that is taken. */
  httpsPort: number | null;
  mqttsPort: number | null;
  /** In links and QR codes, and accepted as Host; null: the LAN address. */
  publicUrl: string | null;
  /** Folder of snapshot, journal, archives and keys; absolute. */
  data: string;
  /** null: made at the first start. */
  adminToken: string | null;
  acceptUnknown: boolean;
  rateLimit: boolean;
  /** What chargers are told at their boot: seconds between two meter readings of a session. */
  sampleInterval: number;
  /** What all chargers together may take, amperes per phase; null: nobody limits it here. */
  siteLimitA: number | null;
  /** Old chargers that offer no WebSocket subprotocol are let in too. */
  acceptNoSubprotocol: boolean;
  /** Months of meter samples and status history that the archives keep. */
  keepMonths: number;
  /** What the archives may take, bytes. */
  archiveBytes: number;
  /** What the journal may take, bytes, before what waits for the cloud is thinned. */
  journalBytes: number;
  /** The hub tells the local network its name and services. */
  mdns: boolean;
  /** Where to sync; null: where the hub was paired, if it was. */
  cloudUrl: string | null;
  /** Where the driver page's build is. */
  webFolder: string;
}

const httpUrl = z
  .url({ protocol: /^https?$/, error: "an address such as http://192.168.1.5:8080 is expected" })
  .transform((value) => value.replace(/\/+$/, ""));

const environmentSchema = z.object({
  HUB_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, "a host name or address is expected")
    .default("0.0.0.0"),
  HUB_HTTP_PORT: portVariable.default(8080),
  HUB_HTTPS_PORT: portVariable.optional(),
  HUB_MQTT_PORT: portVariable.default(1883),
  HUB_MQTTS_PORT: portVariable.optional(),
  HUB_PUBLIC_URL: httpUrl.optional(),
  HUB_DATA: z.string().default("./data/hub"),
  HUB_ADMIN_TOKEN: z.string().trim().optional(),
  HUB_ACCEPT_UNKNOWN: z.enum(["true", "false"], "true or false is expected").default("false"),
  HUB_RATE_LIMIT: z.enum(["on", "off"], "on or off is expected").default("on"),
  HUB_SAMPLE_INTERVAL: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, "seconds from 1 to 9999 are expected")
    .transform(Number)
    .default(30),
  HUB_ACCEPT_NO_SUBPROTOCOL: z.enum(["true", "false"], "true or false is expected").default("false"),
  HUB_KEEP_MONTHS: z
    .string()
    .refine((value) => /^\d{1,3}$/.test(value) && Number(value) >= 2, "months from 2 to 999 are expected")
    .transform(Number)
    .default(24),
  HUB_ARCHIVE_MB: z
    .string()
    .refine((value) => /^\d{1,7}$/.test(value) && Number(value) >= 64, "megabytes from 64 to 9999999 are expected")
    .transform(Number)
    .default(4096),
  HUB_JOURNAL_MB: z
    .string()
    .refine((value) => /^\d{1,7}$/.test(value) && Number(value) >= 128, "megabytes from 128 to 9999999 are expected")
    .transform(Number)
    .default(2048),
  HUB_SITE_LIMIT_A: z
    .string()
    .refine((value) => Number(value) >= 6 && Number(value) <= 10_000, "a current from 6 to 10000 A is expected")
    .transform(Number)
    .optional(),
  HUB_MDNS: z.enum(["on", "off"], "on or off is expected").default("on"),
  CLOUD_URL: httpUrl.optional(),
});

/**
 * Reads the settings; an empty variable counts as not set. Throws AppError `bad_setting` with a line for each variable that cannot be used.
 * `program` is the path of the running program: the page's build lies beside a bundled one, and in `dist` beside the sources.
 */
export function readConfig(
  environment: Record<string, string | undefined> = process.env,
  program: string = fileURLToPath(import.meta.url),
): HubConfig {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}.`);
    throw new AppError("bad_setting", lines.join("\n"), { status: 500 });
  }
  const settings = parsed.data;
  return {
    host: settings.HUB_HOST,
    httpPort: settings.HUB_HTTP_PORT,
    mqttPort: settings.HUB_MQTT_PORT,
    httpsPort: settings.HUB_HTTPS_PORT ?? null,
    mqttsPort: settings.HUB_MQTTS_PORT ?? null,
    publicUrl: settings.HUB_PUBLIC_URL ?? null,
    data: resolve(settings.HUB_DATA),
    adminToken: settings.HUB_ADMIN_TOKEN || null,
    acceptUnknown: settings.HUB_ACCEPT_UNKNOWN === "true",
    rateLimit: settings.HUB_RATE_LIMIT === "on" && settings.HUB_ACCEPT_UNKNOWN === "false",
    sampleInterval: settings.HUB_SAMPLE_INTERVAL,
    siteLimitA: settings.HUB_SITE_LIMIT_A ?? null,
    acceptNoSubprotocol: settings.HUB_ACCEPT_NO_SUBPROTOCOL === "true",
    keepMonths: settings.HUB_KEEP_MONTHS,
    archiveBytes: settings.HUB_ARCHIVE_MB * 1024 * 1024,
    journalBytes: settings.HUB_JOURNAL_MB * 1024 * 1024,
    mdns: settings.HUB_MDNS === "on",
    cloudUrl: settings.CLOUD_URL ?? null,
    webFolder: webFolderOf(program),
  };
}

function webFolderOf(program: string): string {
  const folder = dirname(program);
  return basename(folder) === "edge" ? join(folder, "../dist/web/hub") : join(folder, "web/hub");
}
