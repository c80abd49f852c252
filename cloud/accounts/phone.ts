import { createHash } from "node:crypto";
import { AppError } from "../../shared/error";
import { audit } from "../admin/audit";
import type { Deps } from "../deps";
import { countHit } from "../http/rate-limit";
import { personOf, savePerson } from "./person";

type Needs = Pick<Deps, "db" | "sms" | "now" | "randomBytes" | "log">;

const CODE_MS = 10 * 60_000;
const MAX_TRIES = 5;
/** Of one person, to one number, of one address, and of all: who makes accounts to send SMS to numbers that pay them for it does not get far. */
const CODES = { hits: 5, windowMs: 24 * 3_600_000 };
const CODES_OF_ADDRESS = { hits: 20, windowMs: 24 * 3_600_000 };
const CODES_OF_ALL = { hits: 1000, windowMs: 24 * 3_600_000 };

const codeHash = (userId: string, code: string) => createHash("sha256").update(`${userId} ${code}`).digest("hex");
const words = {
  en: (code: string) => `${code} is your hitchpost code. It is good for 10 minutes.`,
  de: (code: string) => `${code} ist Ihr hitchpost-Code. Er gilt 10 Minuten.`,
};

/**
 * Sends a code to a number; the number counts once the code has come back. `address` is the client's. Throws AppError `no_sms` (409) where this cloud sends none,
 * `sms_failed` (409), `too_many_requests` (429).
 */
export async function askForPhone(deps: Needs, userId: string, phone: string, address: string): Promise<void> {
  const { db, sms, now, randomBytes } = deps;
  if (!sms) throw new AppError("no_sms", "This cloud sends no SMS, so it cannot verify a number.", { status: 409 });
  await countHit(db, `sms:${userId}`, CODES, now());
  await countHit(db, `sms:${phone}`, CODES, now());
  await countHit(db, `sms-address:${address}`, CODES_OF_ADDRESS, now());
  await countHit(db, "sms-all", CODES_OF_ALL, now());
  const code = String(Buffer.from(randomBytes(6)).readUIntBE(0, 6) % 1_000_000).padStart(6, "0");
  const row = { phone, code_hash: codeHash(userId, code), tries: 0, expires_at: new Date(now() + CODE_MS) };
  await db
    .insertInto("phone_codes")
    .values({ user_id: userId, ...row })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet(row))
    .execute();
  const { language } = await personOf(db, userId);
  await sms.send(phone, words[language](code)).catch((cause: unknown) => {
    throw new AppError("sms_failed", "The SMS could not be sent. Is the number right?", { status: 409, cause });
  });
}

/** Takes a number into use by its code. Throws AppError `wrong_code` (400) for a wrong or an old one, and after five tries of it. */
export async function verifyPhone({ db, now }: Needs, userId: string, code: string): Promise<void> {
  const wrong = () => new AppError("wrong_code", "This code is wrong or too old. Ask for a new one.", { status: 400 });
  // Each try is counted for good before it is looked at, so that parallel ones get no more.
  const row = await db
    .updateTable("phone_codes")
    .set(({ eb }) => ({ tries: eb("tries", "+", 1) }))
    .where("user_id", "=", userId)
    .where("expires_at", ">", new Date(now()))
    .where("tries", "<", MAX_TRIES)
    .returning(["phone", "code_hash"])
    .executeTakeFirst();
  if (!row || row.code_hash !== codeHash(userId, code)) throw wrong();
  await db.transaction().execute(async (tx) => {
    await savePerson(tx, userId, { phone: row.phone, phone_verified_at: new Date(now()) });
    await tx.deleteFrom("phone_codes").where("user_id", "=", userId).execute();
    await audit(tx, { now: now(), actorId: userId, action: "phone.verified", subject: `user:${userId}` });
  });
}
