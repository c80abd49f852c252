import { z } from "zod";
import { defineJob } from "../jobs/job";
import { DeadAddress } from "../notifications/mail";

export const languages = ["en", "de"] as const;
type Language = (typeof languages)[number];

/** Mails of accounts: they go to an address, not to a person's inbox, and cannot be switched off. */
const mailSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("verify"), url: z.string() }),
  z.object({ kind: z.literal("reset"), url: z.string() }),
  z.object({ kind: z.literal("confirmChange"), url: z.string(), newEmail: z.string() }),
  z.object({ kind: z.literal("exists") }),
  z.object({ kind: z.literal("invitation"), inviter: z.string(), group: z.string(), url: z.string() }),
]);
export type AccountMail = z.infer<typeof mailSchema>;

type Texts = { [K in AccountMail["kind"]]: (mail: Extract<AccountMail, { kind: K }>) => [string, string] };

const en: Texts = {
  verify: ({ url }) => [
    "Please confirm your e-mail address",
    `Open this link to confirm your address. It is good for an hour.\n\n${url}\n\nIf you did not ask for it, do nothing.`,
  ],
  reset: ({ url }) => [
    "A new password",
    `Open this link to choose a new password. It is good for an hour.\n\n${url}\n\nIf you did not ask for it, do nothing: your password stays.`,
  ],
  confirmChange: ({ url, newEmail }) => [
    "Change of your e-mail address",
    `Your account's address is to become ${newEmail}. If that is what you want, open this link.\n\n${url}\n\nIf not, do nothing and change your password.`,
  ],
  exists: () => [
    "You already have an account",
    "Somebody tried to register with this address, which has an account already. If it was you, sign in, or ask for a new password. If not, do nothing.",
  ],
  invitation: ({ inviter, group, url }) => [
    `${inviter} invites you to ${group}`,
    `${inviter} invites you to join ${group}. Sign in with this e-mail address to accept or decline.\n\n${url}`,
  ],
};

const de: Texts = {
  verify: ({ url }) => [
    "Bitte bestätigen Sie Ihre E-Mail-Adresse",
    `Mit diesem Link bestätigen Sie Ihre Adresse. Er gilt eine Stunde.\n\n${url}\n\nWenn Sie ihn nicht angefordert haben, ist nichts zu tun.`,
  ],
  reset: ({ url }) => [
    "Ein neues Passwort",
    `Mit diesem Link wählen Sie ein neues Passwort. Er gilt eine Stunde.\n\n${url}\n\nWenn Sie ihn nicht angefordert haben, ist nichts zu tun: Ihr Passwort bleibt.`,
  ],
  confirmChange: ({ url, newEmail }) => [
    "Änderung Ihrer E-Mail-Adresse",
    `Die Adresse Ihres Kontos soll ${newEmail} werden. Wenn Sie das wollen, öffnen Sie diesen Link.\n\n${url}\n\nWenn nicht, tun Sie nichts und ändern Sie Ihr Passwort.`,
  ],
  exists: () => [
    "Sie haben schon ein Konto",
    "Jemand wollte sich mit dieser Adresse registrieren, die schon ein Konto hat. Waren Sie es, dann melden Sie sich an oder fordern Sie ein neues Passwort an. Wenn nicht, ist nichts zu tun.",
  ],
  invitation: ({ inviter, group, url }) => [
    `${inviter} lädt Sie zu ${group} ein`,
    `${inviter} lädt Sie ein, ${group} beizutreten. Melden Sie sich mit dieser E-Mail-Adresse an, um anzunehmen oder abzulehnen.\n\n${url}`,
  ],
};

/** Subject and text. */
export function wordsOf(mail: AccountMail, language: Language): [string, string] {
  const words = { en, de }[language][mail.kind] as (mail: AccountMail) => [string, string];
  return words(mail);
}

export const accountMailJob = defineJob({
  name: "accounts.mail",
  data: z.object({ id: z.string(), to: z.string(), language: z.enum(languages), mail: mailSchema }),
  retry: { limit: 6, delaySeconds: 10 },
  async run({ mail: mailer, log }, { id, to, language, mail }) {
    if (!mailer) {
      log.warn({ kind: mail.kind }, "no mail goes out: SMTP_URL is not set");
      return;
    }
    const [subject, text] = wordsOf(mail, language);
    await mailer.send({ id, to, subject, text }).catch((error: unknown) => {
      if (!(error instanceof DeadAddress)) throw error;
      log.warn({ kind: mail.kind }, "a mail's address does not exist");
    });
  },
});

/** The first language of a request's Accept-Language that we have. */
export function languageOf(acceptLanguage: string | null | undefined): Language {
  const wanted = (acceptLanguage ?? "").split(",").map((each) => each.trim().slice(0, 2).toLowerCase());
  return wanted.find((each): each is Language => languages.includes(each as Language)) ?? "en";
}
