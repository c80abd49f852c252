import { z } from "zod";
import { connectorStatuses } from "../../shared/ocpp";
import type { Connector } from "../state/state";
import { openOn } from "../state/sessions";
import { route } from "./route";
import { anyConnector, looseText, looseTime } from "./types";

const request = z.object({
  connectorId: anyConnector,
  status: z.enum(connectorStatuses),
  errorCode: looseText.nullish(),
  info: looseText.nullish(),
  vendorErrorCode: looseText.nullish(),
  timestamp: looseTime,
});

/**
 * OCPP 1.6 section 4.9. Every change is kept. The same status again is not written once more, unless a session runs there: then it may say
 * that the car has gone.
 */
export const statusNotification = route({
  request,
  response: z.object({}),
  handle: (request, { cpId, state }) => {
    const { connectorId, status } = request;
    const errorCode = request.errorCode?.slice(0, 50) || "NoError";
    const info = request.info?.slice(0, 200) || null;
    const vendorErrorCode = request.vendorErrorCode?.slice(0, 50) || null;
    const known = state.chargePoints[cpId]?.connectors[connectorId];
    const same = isSame(known, { status, errorCode, info }) && !openOn(state, cpId, connectorId);
    const data = {
      cpId,
      connectorId,
      status,
      errorCode,
      info,
      vendorErrorCode,
      chargerTime: request.timestamp || null,
    };
    return { reply: {}, events: same ? [] : [{ type: "connector.status", data }] };
  },
});

function isSame(known: Connector | undefined, told: Omit<Connector, "at">): boolean {
  return known?.status === told.status && known.errorCode === told.errorCode && known.info === told.info;
}
