import { reportOf } from "./report";

/** OCPP 1.6 section 4.5: how an update that UpdateFirmware asked for goes on. */
export const firmwareStatusNotification = reportOf("firmware");
