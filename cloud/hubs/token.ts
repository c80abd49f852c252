import { errors as joseErrors, importJWK, jwtVerify } from "jose";
import { HUB_TOKEN_SECONDS } from "../../shared/sync";
import { AppError } from "../../shared/error";
import type { Db } from "../db/database";

/** Difference between two clocks that is no fault, in seconds; more is told to the hub, which then signs with the offset. */
const SKEW_SECONDS = 5;

/** Which hub speaks, and for which site. */
export interface HubIdentity {
  hubId: string;
  siteId: string;
}

/**
 * Checks a hub's token (EdDSA over the key it registered; `iss` and `sub` its id, `aud` what it was told at pairing or the present public address, at
 * most 60 s to live). Throws AppError `unauthorized` (401) for anything else, without saying which part was wrong to a stranger; `hub_replaced` (403)
 * for a hub whose site has paired another.
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
  if (!token || !hub) throw unauthorized("A token of a paired hub is expected.");
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
  } catch (error) {
    if (!(error instanceof joseErrors.JOSEError)) throw error;
    const expired = error instanceof joseErrors.JWTExpired || error instanceof joseErrors.JWTClaimValidationFailed;
    throw unauthorized(expired ? `The token does not hold: ${error.message}.` : "The token cannot be verified.", error);
  }
  if (hub.revoked_at) {
    throw new AppError("hub_replaced", "Another hub was paired with this site. Pair again.", { status: 403 });
  }
  return { hubId, siteId: hub.site_id };
}

function unauthorized(message: string, cause?: unknown): AppError {
  return new AppError("unauthorized", message, { status: 401, cause });
}
