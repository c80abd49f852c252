import { AppError } from "../../shared/error";
import type { StartPolicy } from "../../shared/site";
import type { AccessKey, HubState } from "../state/state";

/** Compares a key with a stored verifier in constant time (see password.ts). */
export type VerifyKey = (key: string, verifier: string) => Promise<boolean>;

/**
 * Whether the site lets somebody at its page start: anyone, holders of an access key, or nobody without a pass. Resolves, or rejects with AppError
 * 403 `access_key_required`, `access_key_invalid`, `pass_required`. `now` is epoch ms.
 */
export async function checkPolicy(
  state: Readonly<HubState>,
  accessKey: string | undefined,
  { verify, now }: { verify: VerifyKey; now: number },
): Promise<void> {
  const policy: StartPolicy = state.site.startPolicy;
  if (policy === "open") return;
  if (policy === "pass") {
    throw refused(
      "pass_required",
      "This site asks for a booking: open its link on this phone, or type its reference and PIN.",
    );
  }
  if (!accessKey) throw refused("access_key_required", "This site asks for an access key.");
  for (const { hash } of Object.values(state.accessKeys).filter((key) => isValid(key, now))) {
    if (await verify(accessKey, hash)) return;
  }
  throw refused("access_key_invalid", "This access key is not valid here.");
}

function isValid({ expiresAt }: AccessKey, now: number): boolean {
  return expiresAt === null || Date.parse(expiresAt) > now;
}

function refused(code: string, message: string): AppError {
  return new AppError(code, message, { status: 403 });
}
