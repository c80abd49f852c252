import { isInt } from "./frame";
import { isStamp } from "./wall-clock";

/** A running transaction, as RAM and flash hold it. */
export interface Transaction {
  /** Our own number; the central system's id comes later, or never. */
  no: number;
  idTag: string;
  meterStart: number;
  stamp: string;
}

/** For flash. */
export function encodeTransaction(tx: Transaction): string {
  return JSON.stringify([tx.no, tx.idTag, tx.meterStart, tx.stamp]);
}

/** From flash; undefined where there is none, or a damaged one. */
export function decodeTransaction(text: string | undefined): Transaction | undefined {
  try {
    const [no, idTag, meterStart, stamp] = JSON.parse(`${text}`);
    const whole = isStamp(stamp) && typeof idTag === "string" && isInt(no) && isInt(meterStart);
    return whole ? { no, idTag, meterStart, stamp } : undefined;
  } catch {
    return undefined;
  }
}
