import { z } from "zod";
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
}

/**
 * Checks a hub's token (EdDSA over the key it registered; `iss` and `sub` its id, `aud` what it was told at pairing or the present public address, at
 * most 60 s to live). Throws AppError `unauthorized` (401) for anything else, without saying which part was wrong to a stranger; `hub_replaced` (403)
 * for a hub whose site has paired another; `cloned` (409) for one whose place another machine took (`hearInstance`).
 */
export async function verifyHubToken(
  { db, now, publicUrl }: { db: Db; now: () => number; publicUrl: string },
  hubId: string,
  authorization: string | undefined,
): Promise<HubIdentity> {
  const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? "")?.[1];
  const hub = token
    ? await db.selectFrom("hub_keys").selectAll().where("hub_id", "=", hubId).executeTakeFirst()
    : undefined;
  if (!token) throw unauthorized("A token of a paired hub is expected.");
  // As for a wrong signature: whether there is such a hub, nobody learns.
  if (!hub) throw unauthorized(UNVERIFIED);
  let instance: string | undefined;
  try {
    const key = await importJWK(hub.public_key, "EdDSA");
    const { payload } = await jwtVerify(token, key, {
      algorithms: ["EdDSA"],
      issuer: hubId,
      subject: hubId,
      audience: [hub.audience, publicUrl],
      currentDate: new Date(now()),
      clockTolerance: SKEW_SECONDS,
      requiredClaims: ["exp"],
    });
    if ((payload.exp as number) > now() / 1000 + HUB_TOKEN_SECONDS + SKEW_SECONDS) {
      throw unauthorized(`The token lives longer than ${HUB_TOKEN_SECONDS} s.`);
    }
    instance = instanceSchema.parse(payload.instance);
  } catch (error) {
    if (error instanceof z.ZodError) throw unauthorized("The token's instance is no UUID.", error);
    if (!(error instanceof joseErrors.JOSEError)) throw error;
    const expired = error instanceof joseErrors.JWTExpired || error instanceof joseErrors.JWTClaimValidationFailed;
    throw unauthorized(expired ? `The token does not hold: ${error.message}.` : UNVERIFIED, error);
  }
  if (hub.revoked_at) {
    throw new AppError(
      "hub_replaced",
      "Another hub was paired with this site, or this hub's key was revoked. Pair again.",
      { status: 403 },
    );
  }
  const identity = { hubId, siteId: hub.site_id };
  if (instance === undefined) return identity;
  await hearInstance(db, identity, instance, now());
  return { ...identity, instance };
}

/** Hubs of before 0.2 have none. */
const instanceSchema = z.uuid().optional();

function unauthorized(message: string, cause?: unknown): AppError {
  return new AppError("unauthorized", message, { status: 401, cause });
}
