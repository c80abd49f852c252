import { resolve } from "node:path";
import { z } from "zod";
import { portVariable } from "../shared/environment";
import { AppError } from "../shared/error";
import type { StripeKeys } from "./payments/stripe";

/** The only reader of the environment. Every variable has a default that works on a fresh machine. */

const DEFAULT_PORT = 3000;

const flag = z.enum(["true", "false"]).transform((value) => value === "true");
/** A secret or a name that has no blanks around it. */
const word = z.string().regex(/^\S.*$/, "a text is expected");
const httpUrl = z
  .url({ protocol: /^https?$/, message: "an http or https address is expected" })
  .refine((value) => !/[?#]/.test(value), "an address without query or fragment is expected")
  .transform((value) => value.replace(/\/+$/, ""));

const variables = {
  CLOUD_HOST: z.string().min(1).default("127.0.0.1"),
  CLOUD_PORT: portVariable.default(DEFAULT_PORT),
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
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_\w+$/, "a secret key of Stripe is expected")
    .optional(),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_/, "a signing secret of Stripe is expected")
    .optional(),
  PLATFORM_FEE_PERCENT: z
    .string()
    .regex(/^\d{1,2}(\.\d{1,2})?$/, "a percentage such as 2.5 is expected")
    .transform((value) => Math.round(Number(value) * 100))
    .default(0),
  TRUST_PROXY: flag.default(false),
  SMTP_URL: z.url({ protocol: /^smtps?$/, message: "an smtp:// or smtps:// address is expected" }).optional(),
  MAIL_FROM: z
    .string()
    .regex(/^([^<>@]+<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, "an e-mail address is expected")
    .optional(),
  TWILIO_ACCOUNT_SID: word.optional(),
  TWILIO_AUTH_TOKEN: word.optional(),
  TWILIO_FROM: word.optional(),
  VAPID_SUBJECT: z.url({ protocol: /^(mailto|https)$/, message: "a mailto: or https: address is expected" }).optional(),
  CLOUD_ADMIN_EMAIL: z.email("an e-mail address is expected").optional(),
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
  /** undefined: bills are paid on site or on account, and owners by hand. */
  stripe: StripeKeys | undefined;
  /** The platform's part of each bill, 1/100 percent. */
  platformFee: number;
  trustProxy: boolean;
  /** undefined: no mail goes out. */
  smtpUrl: string | undefined;
  /** Whom mails are from; undefined: `hitchpost` at the public address' host. */
  mailFrom: string | undefined;
  /** undefined: no SMS goes out. */
  twilio: { accountSid: string; authToken: string; from: string } | undefined;
  /** Whom push services may write to; undefined: the public address. */
  vapidSubject: string | undefined;
  /** Whose account becomes an admin's. */
  adminEmail: string | undefined;
}

/**
 * Reads the settings. An empty variable counts as unset, as in compose files.
 * Throws AppError `bad_setting`, whose message names each variable that cannot be used, and why.
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
    stripe: stripeKeys(read("STRIPE_SECRET_KEY"), read("STRIPE_WEBHOOK_SECRET"), problems),
    platformFee: read("PLATFORM_FEE_PERCENT"),
    trustProxy: read("TRUST_PROXY"),
    smtpUrl: read("SMTP_URL"),
    mailFrom: read("MAIL_FROM"),
    twilio: undefined,
    vapidSubject: read("VAPID_SUBJECT"),
    adminEmail: read("CLOUD_ADMIN_EMAIL"),
  };
  const [accountSid, authToken, from] = [read("TWILIO_ACCOUNT_SID"), read("TWILIO_AUTH_TOKEN"), read("TWILIO_FROM")];
  if (accountSid && authToken && from) config.twilio = { accountSid, authToken, from };
  else if (accountSid || authToken || from) {
    problems.push("TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM: all three are needed, or none.");
  }
  if (problems.length > 0) throw new AppError("bad_setting", problems.join("\n"), { status: 500 });
  return config;
}

/** Stripe's two keys, which work together only. */
function stripeKeys(
  secretKey: string | undefined,
  webhookSecret: string | undefined,
  problems: string[],
): StripeKeys | undefined {
  if (secretKey && webhookSecret) return { secretKey, webhookSecret };
  if (secretKey || webhookSecret)
    problems.push("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET are set together, or none is.");
  return undefined;
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
