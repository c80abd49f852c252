import { resolve } from "node:path";
import { z } from "zod";

/** The only reader of the environment. Every variable has a default that works on a fresh machine. */

export const DEFAULT_PORT = 3000;

const flag = z.enum(["true", "false"]).transform((value) => value === "true");
const port = z
  .string()
  .regex(/^\d{1,5}$/, "a port number is expected")
  .transform(Number)
  .refine((value) => value <= 65_535, "a port number is at most 65535");
const httpUrl = z
  .url({ protocol: /^https?$/, message: "an http or https address is expected" })
  .refine((value) => !/[?#]/.test(value), "an address without query or fragment is expected")
  .transform((value) => value.replace(/\/+$/, ""));

const variables = {
  CLOUD_HOST: z.string().min(1).default("127.0.0.1"),
  CLOUD_PORT: port.default(DEFAULT_PORT),
  CLOUD_PUBLIC_URL: httpUrl.optional(),
  CLOUD_DATA: z.string().min(1).default("./data/cloud"),
  CLOUD_SECRET: z.string().min(32, "at least 32 characters are expected").optional(),
  CLOUD_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, message: "a postgres:// address is expected" }).optional(),
  DATABASE_POOL: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, "a number from 1 to 999 is expected")
    .transform(Number)
    .default(20),
  TRUST_PROXY: flag.default(false),
  PLATFORM_FEE_PERCENT: z
    .string()
    .regex(/^\d{1,2}(\.\d{1,2})?$/, "a percentage such as 2.5 is expected")
    .transform((value) => Math.round(Number(value) * 100))
    .default(0),
};

export interface Config {
  host: string;
  /** 0: a free one. */
  port: number;
  /** Where people and hubs reach this cloud, without a slash at the end; undefined: it follows from the port that is really used. */
  publicUrl: string | undefined;
  /** Folder of the embedded PostgreSQL. */
  dataFolder: string;
  /** Signs sign-ins; undefined: one made at the first start and kept in the database. */
  secret: string | undefined;
  logLevel: string;
  databaseUrl: string | undefined;
  /** Connections to PostgreSQL of this process, at most. */
  poolSize: number;
  trustProxy: boolean;
  /** The platform's part of each bill, 1/100 percent. */
  platformFee: number;
}

/**
 * Reads the settings. An empty variable counts as unset, as in compose files.
 * Throws an Error whose message names each variable that cannot be used, and why.
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const problems: string[] = [];
  const read = <N extends keyof typeof variables>(name: N): z.output<(typeof variables)[N]> => {
    const result = variables[name].safeParse(environment[name] || undefined);
    if (!result.success) problems.push(`${name}: ${result.error.issues.map((issue) => issue.message).join(", ")}.`);
    return result.data as z.output<(typeof variables)[N]>;
  };
  const config: Config = {
    host: read("CLOUD_HOST"),
    port: read("CLOUD_PORT"),
    publicUrl: read("CLOUD_PUBLIC_URL"),
    dataFolder: resolve(read("CLOUD_DATA") ?? "."),
    secret: read("CLOUD_SECRET"),
    logLevel: read("CLOUD_LOG_LEVEL"),
    databaseUrl: read("DATABASE_URL"),
    poolSize: read("DATABASE_POOL"),
    trustProxy: read("TRUST_PROXY"),
    platformFee: read("PLATFORM_FEE_PERCENT"),
  };
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return config;
}

/** The settings of this process. */
export function configOfProcess(): Config {
  return readConfig(process.env);
}

/** The address that people and hubs use: as set, else this machine's with the port that is really used. */
export function publicUrlOf(config: Pick<Config, "publicUrl" | "host">, realPort: number): string {
  if (config.publicUrl) return config.publicUrl;
  const host = ["0.0.0.0", "::"].includes(config.host) ? "127.0.0.1" : config.host;
  return `http://${host.includes(":") ? `[${host}]` : host}:${realPort}`;
}
