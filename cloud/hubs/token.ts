import { z } from "zod";
import type { JWK, JWTPayload } from "jose";
import { errors as joseErrors, importJWK, jwtVerify } from "jose";
import { HUB_TOKEN_SECONDS } from "../../shared/sync";
import { AppError } from "../../shared/error";
import type { Db } from "../db/database";
import { hearInstance } from "./instances";

/** Difference between two clocks that is no fault, in seconds; more is told to the hub, which then signs with the offset. */
const SKEW_SECONDS = 5;

const UNVERIFIED = "The token cannot be verified.";

/** Which hub speaks, and for which site. */
export interface HubIdentity {
  hubId: string;
  siteId: string;
  /** The run of its program that speaks; missing: it does not say. */
  instance?: string;
  /** What it says of itself; hubs of before 0.2 do not. */
  told?: ToldOfItself;
}

/** What a hub says of itself with each request. */
interface ToldOfItself {
  /** Of its program. */
  version: string;
  /** Its own clock minus ours, ms; what the way takes is in it. */
  clockSkewMs: number;
}

type Needs = { db: Db; now: () => number; publicUrl: string };

/** A hub's request: who speaks, by which of its keys, and what its token says. */
interface HubRequest {
  hub: HubIdentity;
  by: "present" | "next";
  claims: JWTPayload;
}

/** As `verifyHubRequest`; gives who speaks. */
export async function verifyHubToken(
  needs: Needs,
  hubId: string,
  authorization: string | undefined,
): Promise<HubIdentity> {
  return (await verifyHubRequest(needs, hubId, authorization)).hub;
}

/**
 * Checks a hub's token (EdDSA over the key it registered, or the one that is to follow it; `iss` and `sub` its id, `aud` what it was told at pairing or the present
 * public address, at most 60 s to live). Throws AppError `unauthorized` (401) for anything else, without saying which part was wrong to a stranger; `hub_replaced`
 * (403) for a hub whose site has paired another; `cloned` (409) for one whose place another machine took (`hearInstance`).
 */
export async function verifyHubRequest(
  { db, now, publicUrl }: Needs,
  hubId: string,
  authorization: string | undefined,
): Promise<HubRequest> {
  const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? "")?.[1];
  const hub = token
    ? await db.selectFrom("hub_keys").selectAll().where("hub_id", "=", hubId).executeTakeFirst()
    : undefined;
  if (!token) throw unauthorized("A token of a paired hub is expected.");
  // As for a wrong signature: whether there is such a hub, nobody learns.
  if (!hub) throw unauthorized(UNVERIFIED);
  const expected = { hubId, audience: [hub.audience, publicUrl], now: now() };
  const keys = [{ key: hub.public_key, by: "present" as const }];
  const next = hub.next_key ? [{ key: hub.next_key, by: "next" as const }] : [];
  const { by, claims } = await verifiedBy(token, [...keys, ...next], expected);
  const instance = instanceSchema.safeParse(claims.instance);
  if (!instance.success) throw unauthorized("The token's instance is no UUID.", instance.error);
  if (hub.revoked_at) {
    throw new AppError(
      "hub_replaced",
      "Another hub was paired with this site, or this hub's key was revoked. Pair again.",
      { status: 403 },
    );
  }
  const said = saidSchema.safeParse(claims);
  const told = said.success
    ? { version: said.data.version, clockSkewMs: Math.round(said.data.clock - now()) }
    : undefined;
  const identity = { hubId, siteId: hub.site_id, ...(told ? { told } : {}) };
  if (instance.data === undefined) return { hub: identity, by, claims };
  await hearInstance(db, identity, instance.data, now());
  return { hub: { ...identity, instance: instance.data }, by, claims };
}

interface Expected {
  hubId: string;
  audience: string[];
  /** Epoch ms. */
  now: number;
}

async function verifiedBy<By>(
  token: string,
  keys: readonly { key: JWK; by: By }[],
  expected: Expected,
): Promise<{ by: By; claims: JWTPayload }> {
  for (const [index, { key, by }] of keys.entries()) {
    try {
      return { by, claims: await readToken(token, key, expected) };
    } catch (error) {
      const isAnothers = error instanceof joseErrors.JWSSignatureVerificationFailed;
      if (!isAnothers || index === keys.length - 1) throw refused(error);
    }
  }
  throw unauthorized(UNVERIFIED);
}

/** Checks what a hub signed with one key. Throws a JOSEError, or AppError `unauthorized` for one that lives too long. */
export async function readToken(token: string, jwk: JWK, { hubId, audience, now }: Expected): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, await importJWK(jwk, "EdDSA"), {
    algorithms: ["EdDSA"],
    issuer: hubId,
    subject: hubId,
    audience,
    currentDate: new Date(now),
    clockTolerance: SKEW_SECONDS,
    requiredClaims: ["exp"],
  });
  if ((payload.exp as number) > now / 1000 + HUB_TOKEN_SECONDS + SKEW_SECONDS) {
    throw unauthorized(`The token lives longer than ${HUB_TOKEN_SECONDS} s.`);
  }
  return payload;
}

function refused(error: unknown): unknown {
  if (!(error instanceof joseErrors.JOSEError)) return error;
  const expired = error instanceof joseErrors.JWTExpired || error instanceof joseErrors.JWTClaimValidationFailed;
  return unauthorized(expired ? `The token does not hold: ${error.message}.` : UNVERIFIED, error);
}

/** `clock` is the hub's own, epoch ms, whatever it signs with. */
const saidSchema = z.object({ version: z.string().max(40), clock: z.number().int() });
/** Hubs of before 0.2 have none. */
const instanceSchema = z.uuid().optional();

function unauthorized(message: string, cause?: unknown): AppError {
  return new AppError("unauthorized", message, { status: 401, cause });
}
