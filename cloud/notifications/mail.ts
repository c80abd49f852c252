import nodemailer from "nodemailer";

interface Mail {
  to: string;
  subject: string;
  /** Plain text. */
  text: string;
  /** Names this mail for good: one that is sent again after a crash is recognised by it. */
  id: string;
}

/** The way out by SMTP. */
export interface Mailer {
  /** Resolves when the server has taken it. Throws `DeadAddress` where it never will, any other Error where it may later. */
  send(mail: Mail): Promise<void>;
}

/** What was sent to does not exist (any more): trying again is of no use. */
export class DeadAddress extends Error {}

const TIMEOUT_MS = 20_000;

/** A mailer for `smtp://user:password@host:port` or `smtps://`; `from` is an address, with a name or without. */
export function createMailer(url: string, from: string): Mailer {
  const timeouts = { connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS };
  const transport = nodemailer.createTransport({ url, ...timeouts, disableFileAccess: true, disableUrlAccess: true });
  const host = from.replace(/^.*@|>.*$/g, "");
  return {
    async send({ to, subject, text, id }) {
      try {
        await transport.sendMail({ from, to, subject, text, messageId: `<${id}@${host}>` });
      } catch (error) {
        const { code, responseCode = 0 } = error as { code?: string; responseCode?: number };
        if (code === "EENVELOPE" && responseCode >= 550) {
          throw new DeadAddress("The mail server knows no such address.", { cause: error });
        }
        throw error;
      }
    },
  };
}
