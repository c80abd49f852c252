import { reportOf } from "./report";

/** OCPP 1.6 section 4.4: how an upload that GetDiagnostics asked for goes on. */
export const diagnosticsStatusNotification = reportOf("diagnostics");
