import { afterAll, describe, expect, it } from "vitest";
import { DeadAddress, createMailer } from "../notifications/mail";
import { openCloud } from "../testing/open";
import { PASSWORD, Person } from "../testing/person";
import { TestMailServer } from "../testing/smtp";
import { grantAdmin } from "./admins";

/** Accounts where addresses are verified by mail, through a real SMTP server. */
const smtp = await TestMailServer.start();
afterAll(() => smtp.stop());
const cloud = await openCloud();
const strict = await cloud.addProcess({
  verifyEmails: true,
  mail: createMailer(smtp.url, "Hitchpost <post@test.example>"),
});

const visitor = () => Person.visitor(strict, "visitor@test.example");
const linkIn = (text: string) => new URL(/https?:\S+/.exec(text)![0]);

async function post(path: string, body: object, headers: Record<string, string> = {}) {
  const response = await visitor().send("POST", `/v1/auth/${path}`, body, headers);
  const answer = (await response.json()) as Record<string, unknown>;
  await cloud.runJobs(strict);
  return { status: response.status, answer, response };
}
const signUp = (email: string, headers = {}) =>
  post("sign-up/email", { name: "Some One", email, password: PASSWORD }, headers);
const signIn = (email: string, password = PASSWORD) => post("sign-in/email", { email, password });
const open = async (text: string) => {
  const { pathname, search } = linkIn(text);
  const response = await strict.request(pathname + search);
  await cloud.runJobs(strict);
  return response;
};

/** What somebody who guesses could tell answers apart by. */
const shape = ({ status, answer }: Awaited<ReturnType<typeof post>>) => [
  status,
  Object.keys(answer),
  Object.keys(answer.user as object),
];

async function member(email: string): Promise<Person> {
  await signUp(email);
  await open(smtp.to(email).text);
  const { response } = await signIn(email);
  const person = Person.visitor(strict, email);
  person.keepCookies(response);
  return person;
}

describe("an address", () => {
  it("is verified by its link before anybody signs in with it", async () => {
    const email = "new@test.example";
    const { status, answer, response } = await signUp(email, { "accept-language": "de-AT,en;q=0.5" });
    expect([status, answer.token, response.headers.getSetCookie()]).toEqual([200, null, []]);
    const mail = smtp.to(email);
    expect(mail).toMatchObject({ from: "post@test.example", subject: "Bitte bestätigen Sie Ihre E-Mail-Adresse" });
    expect(mail.messageId).toMatch(/^<[0-9a-f-]{36}@test\.example>$/);
    expect(await signIn(email)).toMatchObject({ status: 403, answer: { error: { code: "email_not_verified" } } });
    const { pathname, search } = linkIn(mail.text);
    expect((await strict.request(`${pathname}${search.replace(/token=.{9}/, "token=xxxxxxxxx")}`)).status).not.toBe(
      200,
    );
    expect((await signIn(email)).status).toBe(403);
    expect((await open(mail.text)).status).toBe(302);
    const { response: signedIn } = await signIn(email);
    const person = Person.visitor(strict, email);
    person.keepCookies(signedIn);
    expect(await person.ok("GET", "/v1/me")).toMatchObject({ user: { email, emailVerified: true, language: "de" } });
    const { rows } = await auditOf("email.verified");
    expect(rows).toBeGreaterThan(0);
  });

  it("gets its mail once more for the asking, and nobody learns by that whether there is an account", async () => {
    const email = "again@test.example";
    await signUp(email);
    const mailsTo = () => smtp.mails.filter(({ to }) => to.includes(email)).length;
    expect(mailsTo()).toBe(1);
    const asked = await post("send-verification-email", { email });
    expect([asked.status, mailsTo()]).toEqual([200, 2]);
    const unknown = await post("send-verification-email", { email: "none@test.example" });
    expect([unknown.status, unknown.answer]).toEqual([200, asked.answer]);
    expect(() => smtp.to("none@test.example")).toThrow("No mail");
    expect((await post("send-verification-email", { email: "nonsense" })).status).toBe(400);
    expect((await open(smtp.to(email).text)).status).toBe(302);
    expect((await signIn(email)).status).toBe(200);
  });

  it("that is taken is answered like one that is not; its owner is told by mail", async () => {
    const email = "taken@test.example";
    await member(email);
    const taken = await signUp(email);
    const fresh = await signUp("fresh@test.example");
    expect(shape(taken)).toEqual(shape(fresh));
    expect(smtp.to(email).subject).toBe("You already have an account");
    expect((await signIn(email, "another password")).status).toBe(401);
  });

  it("is changed once the old and the new one have agreed", async () => {
    const [before, after] = ["before@test.example", "after@test.example"];
    const person = await member(before);
    await person.ok("POST", "/v1/auth/change-email", { newEmail: after });
    await cloud.runJobs(strict);
    await open(smtp.to(before).text);
    expect(await person.ok("GET", "/v1/me")).toMatchObject({ user: { email: before } });
    await open(smtp.to(after).text);
    expect((await signIn(after)).status).toBe(200);
    expect((await signIn(before)).status).toBe(401);
  });
});

describe("a forgotten password", () => {
  it("is replaced by a link that is good once, and signs out everywhere", async () => {
    const email = "forgetful@test.example";
    const person = await member(email);
    expect((await post("request-password-reset", { email })).answer).toEqual(
      (await post("request-password-reset", { email: "unknown@test.example" })).answer,
    );
    const link = linkIn(smtp.to(email).text);
    expect(link.pathname).toBe("/reset-password");
    const reset = { token: link.searchParams.get("token"), newPassword: "a new password" };
    expect((await post("reset-password", { ...reset, newPassword: "short" })).status).toBe(400);
    expect((await post("reset-password", reset)).status).toBe(200);
    expect((await post("reset-password", reset)).status).toBe(400);
    expect(await person.refused("GET", "/v1/me")).toEqual([401, "unauthorized"]);
    expect((await signIn(email)).status).toBe(401);
    expect((await signIn(email, "a new password")).status).toBe(200);
    expect((await auditOf("password.reset")).rows).toBe(1);
  });

  it("does not fill a mailbox: five mails of an account in an hour, whoever asks", async () => {
    const email = "flooded@test.example";
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) statuses.push((await post("request-password-reset", { email })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });
});

describe("a mail", () => {
  it("is tried again while the server is busy, and given up where the address does not exist", async () => {
    const mailer = createMailer(smtp.url, "post@test.example");
    const mail = { to: "x@test.example", subject: "S", text: "T", id: "1" };
    smtp.busy = true;
    await expect(mailer.send(mail)).rejects.not.toBeInstanceOf(DeadAddress);
    smtp.busy = false;
    smtp.refuse = (address) => address === "x@test.example";
    await expect(mailer.send(mail)).rejects.toBeInstanceOf(DeadAddress);
    smtp.refuse = () => false;
  });
});

describe("the first admin", () => {
  it("is whoever has verified the address that is set, and no other", async () => {
    const email = "boss@test.example";
    const { db, now } = strict.deps;
    expect(await grantAdmin(db, email, true, now())).toBe(false);
    await signUp(email);
    expect(await grantAdmin(db, email, true, now())).toBe(false);
    await open(smtp.to(email).text);
    expect([await grantAdmin(db, email.toUpperCase(), true, now()), await grantAdmin(db, email, true, now())]).toEqual([
      true,
      true,
    ]);
    expect((await auditOf("admin.granted")).rows).toBe(1);
  });
});

async function auditOf(action: string): Promise<{ rows: number }> {
  const rows = await cloud.db.selectFrom("audit_log").select("id").where("action", "=", action).execute();
  return { rows: rows.length };
}
