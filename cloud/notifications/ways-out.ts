import type { Config } from "../config";
import type { Db } from "../db/database";
import type { Deps } from "../deps";
import { createMailer } from "./mail";
import { createTwilio } from "./sms";
import { loadPush } from "./web-push";

/** What is said at the start where no mail server is set. */
export function noMail(verifyEmails: boolean): string {
  return verifyEmails
    ? "SMTP_URL is not set: no mail goes out, and nobody can sign in whose address an admin has not verified by hand."
    : "SMTP_URL is not set: no mail goes out, and e-mail addresses are taken at their word.";
}

/** Mail and SMS as they are set, and web push with the keys of this database. */
export async function openWaysOut(
  db: Db,
  { smtpUrl, mailFrom, twilio, vapidSubject }: Pick<Config, "smtpUrl" | "mailFrom" | "twilio" | "vapidSubject">,
  publicUrl: string,
): Promise<Pick<Deps, "mail" | "sms" | "push">> {
  const from = mailFrom ?? `hitchpost@${new URL(publicUrl).hostname}`;
  const address = from.replace(/^.*<|>$/g, "");
  return {
    mail: smtpUrl === undefined ? null : createMailer(smtpUrl, from),
    sms: twilio === undefined ? null : createTwilio(twilio),
    // RFC 8292, section 2.1: a mailto: or https: address.
    push: await loadPush(db, vapidSubject ?? (publicUrl.startsWith("https:") ? publicUrl : `mailto:${address}`)),
  };
}
