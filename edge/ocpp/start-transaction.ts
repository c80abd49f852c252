import { z } from "zod";
import type { HubEvent } from "../../shared/events";
import type { SessionFlag } from "../../shared/session";
import { freeTariff } from "../../shared/session";
import type { Tariff } from "../../shared/tariff";
import { isOffered, versionAt } from "../../shared/tariff";
import { isKeptFromTag } from "../booking/guard";
import { nextReceiptNumber } from "../state/fold";
import type { HubState } from "../state/state";
import { isUnused, openOn, repeatedStart } from "../state/sessions";
import { authorise, keptIdTag } from "./authorise";
import type { Verdict } from "./authorise";
import { wholeWh } from "./meter";
import type { Context, Handled } from "./route";
import { route } from "./route";
import { endUntold } from "./settle";
import { chargerTime, isoTime } from "./times";
import { idTagInfo, looseText, looseTime, oneConnector } from "./types";

const request = z.object({
  connectorId: oneConnector,
  idTag: looseText,
  meterStart: z.number(),
  timestamp: looseTime,
  reservationId: z.int().nullish(),
});
const response = z.object({ idTagInfo, transactionId: z.int().min(1) });
type Reply = z.output<typeof response>;

/**
 * OCPP 1.6 section 4.8. The charger tells that a transaction has begun, so it is kept whoever started it; one that nobody may start gets its
 * answer (`Invalid`, ...), costs nothing, and if it comes of a request that was given up, or on a connector that is reserved for another, it is
 * told to stop as well.
 * The same start again, also with another message id, gets the same answer. A different one on a connector in use ends what ran there.
 */
export const startTransaction = route({
  request,
  response,
  handle: (request, context): Handled<Reply> => {
    const { cpId, state, now } = context;
    const { connectorId } = request;
    const idTag = keptIdTag(request.idTag);
    const time = chargerTime(request.timestamp, now, state.site.timeZone);
    const meterStart = wholeWh(request.meterStart);
    const { credible, text } = time;
    const known = repeatedStart(state, { cpId, connectorId, idTag, chargerTime: text, meterStart, credible });
    if (known) {
      const transactionId = known.session.transactionId as number;
      return { reply: { transactionId, idTagInfo: { status: known.authorization } }, events: [] };
    }
    const isKept = isKeptFromTag(state, { cpId, connectorId }, idTag);
    const verdict: Verdict = isKept ? keptForAnother : authorise(context, request.idTag);
    const transactionId = unusedId(context);
    const flags: SessionFlag[] = credible ? [] : ["clock"];
    if (meterStart !== Math.floor(request.meterStart)) flags.push("suspicious_meter");
    const started: HubEvent = {
      type: "session.started",
      data: {
        id: context.newId(),
        cpId,
        connectorId,
        transactionId,
        idTag,
        requestId: verdict.info.status === "Accepted" ? (verdict.request?.requestId ?? null) : null,
        reservationId: request.reservationId && request.reservationId > 0 ? request.reservationId : null,
        startedAt: isoTime(time.ms),
        chargerTime: text,
        meterStart,
        tariff: tariffFor(context, verdict.info.status === "Accepted"),
        timeZone: state.site.timeZone,
        authorization: verdict.info.status,
        flags,
      },
    };
    return {
      reply: { transactionId, idTagInfo: verdict.info },
      events: [...endOfForgotten(context, connectorId), started],
      ...stopIf(isKept || Boolean(verdict.request?.failed), transactionId),
    };
  },
});

/** A session that its charger must have forgotten, since another one begins on its connector. */
function endOfForgotten({ cpId, state }: Context, connectorId: number): HubEvent[] {
  const open = openOn(state, cpId, connectorId);
  if (!open) return [];
  return [endUntold(open, Date.parse(open.session.lastReadingAt), nextReceiptNumber(state.lastReceipt))];
}

/** The connector waits for a booking's driver: another's tag is refused there, whoever he is. */
const keptForAnother: Verdict = { info: { status: "Invalid" }, request: null };

function stopIf(isUnwanted: boolean, transactionId: number): Pick<Handled<Reply>, "after"> {
  if (!isUnwanted) return {};
  return { after: [{ do: "call", action: "RemoteStopTransaction", payload: { transactionId } }] };
}

function unusedId({ state, randomId }: Context): number {
  let id = randomId();
  while (!isUnused(state, id)) id = randomId();
  return id;
}

/** The connector's tariff, else the site's, where it is valid now; else, and for those who may not charge, nothing. */
export function tariffFor({ cpId, state, now }: Pick<Context, "cpId" | "state" | "now">, authorised: boolean): Tariff {
  const own = state.chargePoints[cpId]?.registration.tariffId ?? null;
  for (const id of authorised ? [own, state.site.defaultTariffId] : []) {
    const tariff = id === null ? undefined : tariffAt(state, id, now);
    if (tariff && isOffered(tariff, isoTime(now))) return tariff;
  }
  return freeTariff(state.site.currency);
}

/** The version of a tariff that holds at `now` (epoch ms): one that was told ahead takes over by itself, also while the cloud is away. */
export function tariffAt(
  { tariffs, comingTariffs }: Pick<HubState, "tariffs" | "comingTariffs">,
  id: string,
  now: number,
): Tariff | undefined {
  const coming = comingTariffs && Object.hasOwn(comingTariffs, id) ? (comingTariffs[id] ?? []) : [];
  return versionAt(coming, now)?.tariff ?? (Object.hasOwn(tariffs, id) ? tariffs[id] : undefined);
}
