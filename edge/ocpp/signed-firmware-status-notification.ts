import { reportOf } from "./report";

/** Security whitepaper, SignedFirmwareStatusNotification: how an update that SignedUpdateFirmware asked for goes on. */
export const signedFirmwareStatusNotification = reportOf("signedFirmware");
