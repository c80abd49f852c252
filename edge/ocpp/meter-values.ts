import { z } from "zod";
import { closedTransaction, openOn, openTransaction } from "../state/sessions";
import type { OpenSession } from "../state/state";
import { meterValue } from "./meter";
import { looseReading, readingsOf } from "./readings";
import type { Context } from "./route";
import { route } from "./route";
import { chargerTime } from "./times";
import { anyConnector } from "./types";

const request = z.object({
  connectorId: anyConnector,
  transactionId: z.int().nullish(),
  meterValue: z.array(meterValue),
});
type MeterValues = z.output<typeof request>;

/**
 * OCPP 1.6 section 4.7. Readings belong to the transaction that they name; those that name none (or 0, or -1) to the one that runs on their
 * connector. All others are kept without a session.
 */
export const meterValues = route({
  request,
  response: z.object({}),
  handle: (request, context) => {
    const { connectorId, meterValue } = request;
    const open = sessionOf(context, request);
    if (open) return { reply: {}, events: readingsOf(context, open, connectorId, meterValue).events };
    const { transactionId } = request;
    const closed = transactionId ? closedTransaction(context.state, context.cpId, transactionId) : null;
    const id = closed?.session.id ?? null;
    return {
      reply: {},
      events: meterValue.map((value) => ({
        type: "session.metered",
        data: { ...looseReading(context, connectorId, value), id },
      })),
    };
  },
});

function sessionOf({ cpId, state, now }: Context, request: MeterValues): OpenSession | null {
  const { connectorId, transactionId, meterValue } = request;
  if (transactionId !== null && transactionId !== undefined && transactionId > 0) {
    return openTransaction(state, cpId, transactionId);
  }
  const open = openOn(state, cpId, connectorId);
  const first = chargerTime(meterValue[0]?.timestamp, now, state.site.timeZone);
  return open && first.ms >= Date.parse(open.session.startedAt) ? open : null;
}
