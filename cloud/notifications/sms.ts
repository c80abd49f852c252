import { DeadAddress } from "./mail";

/** The way out by SMS. */
export interface Sms {
  /** `to` is E.164. Throws `DeadAddress` where the number can never be reached, any other Error where it may be later. */
  send(to: string, text: string): Promise<void>;
}

interface TwilioAccount {
  accountSid: string;
  authToken: string;
  /** Number, or name of the sender. */
  from: string;
}

const TIMEOUT_MS = 20_000;
/** Twilio's errors for numbers that are none, cannot get messages, or do not want ours (twilio.com/docs/api/errors). */
const DEAD = new Set([21211, 21214, 21217, 21610, 21612, 21614]);

/** SMS by Twilio's REST API (Messages resource, 2010-04-01). */
export function createTwilio({ accountSid, authToken, from }: TwilioAccount): Sms {
  const url = `https://api.twilio.com/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
  return {
    async send(to, text) {
      const response = await fetch(url, {
        method: "POST",
        headers: { authorization },
        body: new URLSearchParams({ To: to, From: from, Body: text }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.ok) {
        await response.text();
        return;
      }
      const { code = 0 } = (await response.json().catch(() => ({}))) as { code?: number };
      if (DEAD.has(code)) throw new DeadAddress(`Twilio knows no way to this number (${code}).`);
      throw new Error(`Twilio answered ${response.status} (${code}).`);
    },
  };
}
