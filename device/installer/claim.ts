import { AppError } from "../../shared/error";

const LOOK_MS = 500;

/** Who the charger is, as the hub is told. */
interface Claim {
  cpId: string;
  /** 64 hex digits; the MQTT password follows from it. */
  key: string;
  maxCurrentA: number;
  /** What people call it; empty: what it is called stays. */
  name: string;
}

/** Registers the charger at its hub, with the owner's token. Throws AppError `no_hub`, `wrong_token` or `claim_refused`. */
export async function claim(hubUrl: string, token: string, who: Claim, request: typeof fetch): Promise<void> {
  const url = new URL(`/api/charge-points/${encodeURIComponent(who.cpId)}`, hubUrl);
  const { key, maxCurrentA, name } = who;
  let response: Response;
  try {
    response = await request(url, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ key, maxCurrentA, connectors: 1, plainFrames: false, ...(name === "" ? {} : { name }) }),
    });
  } catch (error) {
    throw new AppError("no_hub", `The hub at ${hubUrl} does not answer. Is it running?`, { cause: error });
  }
  checkToken(response);
  if (!response.ok) {
    throw new AppError("claim_refused", `The hub refuses the charger (${response.status}): ${await response.text()}`);
  }
}

function checkToken({ status }: Response): void {
  if (status !== 401 && status !== 403) return;
  const why = "The hub refuses the admin token. It is HUB_ADMIN_TOKEN, printed at the hub's first start.";
  throw new AppError("wrong_token", why);
}

/** True once the hub sees the charger online; false where it does not within `patienceMs`. Throws AppError `wrong_token`. */
export async function comesOnline(
  hubUrl: string,
  token: string,
  cpId: string,
  request: typeof fetch,
  patienceMs: number,
): Promise<boolean> {
  const url = new URL("/api/charge-points", hubUrl);
  for (let waited = 0; ; waited += LOOK_MS) {
    const response = await request(url, { headers: { authorization: `Bearer ${token}` } }).catch(() => undefined);
    if (response) checkToken(response);
    if (response?.ok && isOnline(await response.json(), cpId)) return true;
    if (waited >= patienceMs) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Whether a hub's list of charge points says that one is online. */
function isOnline(answer: unknown, cpId: string): boolean {
  const list = (answer as { chargePoints?: unknown } | null)?.chargePoints;
  return Array.isArray(list) && list.some((each: Partial<Seen> | null) => each?.cpId === cpId && each.online === true);
}

interface Seen {
  cpId: string;
  online: boolean;
}
