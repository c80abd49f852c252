import { z } from "zod";
import type { Registration } from "../../shared/events";
import type { Handled } from "./route";
import { route } from "./route";
import { isoTime } from "./times";
import { dateTime, looseText } from "./types";

/** What a charger says of itself; makers overrun the standard's lengths, so the texts are cut when kept. */
const request = z.object({
  chargePointVendor: looseText,
  chargePointModel: looseText,
  chargePointSerialNumber: looseText.nullish(),
  chargeBoxSerialNumber: looseText.nullish(),
  firmwareVersion: looseText.nullish(),
});

const response = z.object({
  status: z.enum(["Accepted", "Pending", "Rejected"]),
  currentTime: dateTime,
  interval: z.int().min(0),
});
type Reply = z.output<typeof response>;

/**
 * OCPP 1.6 section 4.2. Accepted where vendor, model and serial number are as registered (what the owner left open is not compared);
 * otherwise `Rejected` with a retry interval, and nothing else of it is processed.
 */
export const bootNotification = route({
  request,
  response,
  afresh: true,
  handle: (request, { cpId, state, now, settings }): Handled<Reply> => {
    const vendor = cut(request.chargePointVendor);
    const model = cut(request.chargePointModel);
    const serialNumber = cut(request.chargePointSerialNumber ?? request.chargeBoxSerialNumber ?? "") || null;
    const firmwareVersion = cut(request.firmwareVersion ?? "") || null;
    const registration = state.chargePoints[cpId]?.registration;
    const accepted = registration !== undefined && isAsRegistered(registration, { vendor, model, serialNumber });
    const data = { cpId, accepted, vendor, model, serialNumber, firmwareVersion };
    return {
      reply: {
        status: accepted ? "Accepted" : "Rejected",
        currentTime: isoTime(now),
        interval: accepted ? settings.heartbeatInterval : settings.retryInterval,
      },
      events: [{ type: "chargePoint.booted", data }],
      ...(accepted ? { after: [{ do: "configure" }] } : {}),
    };
  },
});

/** Whether a charger is what its owner registered. What the owner left open is not compared; case and spaces around do not matter. */
export function isAsRegistered(
  registration: Registration,
  told: { vendor: string; model: string; serialNumber: string | null },
): boolean {
  return (
    fits(registration.vendor, told.vendor) &&
    fits(registration.model, told.model) &&
    fits(registration.serialNumber, told.serialNumber)
  );
}

function fits(wanted: string | null, given: string | null): boolean {
  return wanted === null || wanted.trim().toLowerCase() === given?.trim().toLowerCase();
}

function cut(text: string): string {
  return text.slice(0, 60);
}
