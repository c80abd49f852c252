import { reportOf } from "./report";

/** Security whitepaper, LogStatusNotification: how an upload that GetLog asked for goes on. */
export const logStatusNotification = reportOf("log");
