import { pino } from "pino";
import type { DestinationStream, Logger } from "pino";

/** The part of pino that the hub uses. Lines name the charger (`cpId`) and the message (`messageId`) that they are about. */
export type Log = Logger;

/** A log of JSON lines on standard error, or into `stream`. Secrets that are handed to it by mistake are struck out. */
export function createLog(stream: DestinationStream = pino.destination({ fd: 2, sync: true })): Log {
  const secrets = ["password", "secret", "token", "authorization"];
  const paths = secrets.flatMap((name) => [name, `*.${name}`]);
  return pino({ level: "info", base: null, redact: { paths, censor: "[secret]" } }, stream);
}
