import { AppError } from "../../shared/error";
import type { Receipt } from "../../shared/hub-page";
import type { Session } from "../../shared/session";
import type { Site } from "../../shared/site";
import { periodsOf } from "../../shared/tariff";
import type { HubArchiveStore } from "../history";
import { findSession } from "../sessions";
import { isSecretOf, madeRequest } from "../start/secret";

/** The receipt of an ended session (EU VAT directive article 226: seller, number, date, what was sold, VAT). */
function receiptOf(session: Session, site: Readonly<Site>): Receipt {
  const { id, cpId, connectorId, startedAt, meterStart, energyWh, tariff, timeZone, cost, metering } = session;
  const { endedAt, meterStop, receiptNumber } = session;
  if (endedAt === null || meterStop === null || receiptNumber === null) {
    throw new AppError("session_running", "The session is still running: its receipt comes at the end.", {
      status: 409,
    });
  }
  return {
    number: receiptNumber,
    sessionId: id,
    seller: { ...site.seller },
    site: { name: site.name, timeZone },
    cpId,
    connectorId,
    startedAt,
    endedAt,
    meterStart,
    meterStop,
    energyWh,
    reason: session.reason ?? "Local",
    tariff,
    periods: session.periods ?? periodsOf(metering),
    cost,
  };
}

/**
 * The receipt of a session for who holds its secret, or for the owner (`secret` null). Rejects with AppError 404 `unknown_session`, 403
 * `not_yours`, 409 `session_running`.
 */
export async function openReceipt(store: HubArchiveStore, sessionId: string, secret: string | null): Promise<Receipt> {
  const found = await findSession(store, sessionId);
  if (!found) throw new AppError("unknown_session", "There is no such session.", { status: 404 });
  const { session, secretHash } = found;
  if (secret !== null && !isSecretOf(secretHash, secret) && !madeRequest(session, secret)) {
    throw new AppError("not_yours", "Only who started this session can see its receipt.", { status: 403 });
  }
  return receiptOf(session, store.state.site);
}
