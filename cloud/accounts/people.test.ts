import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTwilio } from "../notifications/sms";
import { openCloud } from "../testing/open";
import { post } from "../billing/ledger";
import { PASSWORD, Person } from "../testing/person";

/** A person's own account: profile, number, sign-ins, vehicles, export and deletion; and what admins do with it. */
const twilio = setupServer();
const messages: URLSearchParams[] = [];
twilio.listen({ onUnhandledRequest: "error" });
afterAll(() => twilio.close());
const cloud = await openCloud({
  sms: createTwilio({ accountSid: "AC1", authToken: "secret", from: "hitchpost" }),
});
const process = cloud.first;
beforeEach(() => {
  twilio.use(
    http.post("https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json", async ({ request }) => {
      expect(request.headers.get("authorization")).toBe(`Basic ${Buffer.from("AC1:secret").toString("base64")}`);
      messages.push(new URLSearchParams(await request.text()));
      return HttpResponse.json({ sid: "SM1" }, { status: 201 });
    }),
  );
});
afterEach(() => twilio.resetHandlers());

interface Me {
  user: { id: string; email: string; name: string; phone: string | null };
}
const codeSent = () => /\d{6}/.exec(messages.at(-1)!.get("Body")!)![0];

describe("the account's routes", () => {
  it.each([
    ["GET", "/v1/me"],
    ["PATCH", "/v1/me"],
    ["GET", "/v1/me/export"],
    ["POST", "/v1/me/delete"],
    ["POST", "/v1/me/phone"],
    ["POST", "/v1/me/phone/verify"],
    ["DELETE", "/v1/me/phone"],
    ["GET", "/v1/vehicles"],
    ["POST", "/v1/vehicles"],
    ["PUT", "/v1/vehicles/01900000-0000-7000-8000-000000000000"],
    ["DELETE", "/v1/vehicles/01900000-0000-7000-8000-000000000000"],
    ["GET", "/v1/admin/users"],
    ["GET", "/v1/admin/users/x"],
    ["PATCH", "/v1/admin/users/x"],
    ["GET", "/v1/admin/audit"],
  ])("%s %s asks for a sign-in, and for an admin below /v1/admin", async (method, path) => {
    const nobody = Person.visitor(process, "nobody@test.example");
    const body = method === "GET" ? undefined : {};
    expect(await nobody.refused(method, path, body)).toEqual([401, "unauthorized"]);
    if (path.includes("/admin/")) {
      expect(await (await cloud.person()).refused(method, path, body)).toEqual([403, "forbidden"]);
    }
  });

  it("below /v1/auth are those that are known, and no others of the library", async () => {
    const person = await cloud.person();
    for (const path of ["organization/create", "update-user", "delete-user", "set-password", "sign-in/social"]) {
      expect(await person.refused("POST", `/v1/auth/${path}`, {})).toEqual([404, "not_found"]);
    }
    const document = (await (await process.request("/v1/openapi.json")).json()) as { paths: Record<string, unknown> };
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(["/v1/auth/sign-up/email", "/v1/me/export", "/v1/family", "/v1/admin/audit"]),
    );
  });
});

describe("a profile", () => {
  it("has a name, a language and a zone, which its owner changes", async () => {
    const person = await cloud.person();
    expect(await person.ok("GET", "/v1/me")).toMatchObject({
      user: { language: "en", timeZone: "UTC", phone: null, premiumUntil: null, isAdmin: false },
    });
    const change = { name: " New Name ", language: "de", timeZone: "Europe/Vienna" };
    expect(await person.ok("PATCH", "/v1/me", change)).toMatchObject({ user: { ...change, name: "New Name" } });
    expect(await person.ok("PATCH", "/v1/me", {})).toMatchObject({ user: { language: "de" } });
    for (const bad of [{ name: "" }, { language: "fr" }, { timeZone: "Mars" }, { isAdmin: true }, { email: "x@y.z" }]) {
      expect(await person.refused("PATCH", "/v1/me", bad)).toEqual([400, "invalid"]);
    }
    const long = { name: "x".repeat(101), email: "long@test.example", password: PASSWORD };
    expect(await person.refused("POST", "/v1/auth/sign-up/email", long)).toEqual([400, "invalid_name"]);
  });

  it("begins with the zone of the browser that registers, where it names one that there is", async () => {
    for (const [given, kept] of [
      ["Europe/Vienna", "Europe/Vienna"],
      ["Mars", "UTC"],
    ]) {
      const person = Person.visitor(process, `${given}@test.example`.replace("/", "."));
      const body = { name: "Some One", email: person.email, password: PASSWORD, timeZone: given };
      const answer = await person.send("POST", "/v1/auth/sign-up/email", body);
      expect(answer.status).toBe(200);
      person.keepCookies(answer);
      expect(await person.ok("GET", "/v1/me")).toMatchObject({ user: { timeZone: kept } });
    }
  });

  it("takes a new address at its word where none is verified, but never a taken one", async () => {
    const [person, other] = [await cloud.person(), await cloud.person()];
    await person.ok("POST", "/v1/auth/change-email", { newEmail: "moved@test.example" });
    expect(await person.ok("GET", "/v1/me")).toMatchObject({ user: { email: "moved@test.example" } });
    await person.ok("POST", "/v1/auth/change-email", { newEmail: other.email });
    expect(await person.ok("GET", "/v1/me")).toMatchObject({ user: { email: "moved@test.example" } });
  });

  it("gets a new password from who knows the old one, and is signed out everywhere else", async () => {
    const person = await cloud.person();
    const signIn = (password: string) =>
      Person.visitor(process, person.email).send("POST", "/v1/auth/sign-in/email", { email: person.email, password });
    const elsewhere = Person.visitor(process, person.email);
    elsewhere.keepCookies(await signIn(PASSWORD));
    const change = { currentPassword: PASSWORD, newPassword: "another password", revokeOtherSessions: true };
    expect((await person.refused("POST", "/v1/auth/change-password", { ...change, currentPassword: "x" }))[0]).toBe(
      400,
    );
    person.keepCookies(await person.send("POST", "/v1/auth/change-password", change));
    expect(await elsewhere.refused("GET", "/v1/me")).toEqual([401, "unauthorized"]);
    expect([(await signIn(PASSWORD)).status, (await signIn("another password")).status]).toEqual([401, 200]);
    expect(await person.ok("GET", "/v1/auth/list-sessions")).toHaveLength(2);
    await person.ok("POST", "/v1/auth/revoke-sessions", {});
    expect(await person.refused("GET", "/v1/me")).toEqual([401, "unauthorized"]);
    for (let n = 0; n < 10; n++) await signIn("wrong password");
    expect((await signIn("another password")).status).toBe(429);
  });
});

describe("a phone number", () => {
  const phone = "+4915112345678";

  it("is used once the code that was sent to it has come back", async () => {
    const person = await cloud.person();
    await person.ok("PATCH", "/v1/me", { language: "de" });
    await person.ok("POST", "/v1/me/phone", { phone });
    expect(messages.at(-1)!.get("To")).toBe(phone);
    expect(messages.at(-1)!.get("Body")).toContain("Ihr hitchpost-Code");
    expect((await person.ok<Me>("GET", "/v1/me")).user.phone).toBe(null);
    const code = codeSent();
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, "0");
    expect(await person.refused("POST", "/v1/me/phone/verify", { code: wrong })).toEqual([400, "wrong_code"]);
    expect(await (await cloud.person()).refused("POST", "/v1/me/phone/verify", { code })).toEqual([400, "wrong_code"]);
    await person.ok("POST", "/v1/me/phone/verify", { code });
    expect((await person.ok<Me>("GET", "/v1/me")).user.phone).toBe(phone);
    expect(await person.refused("POST", "/v1/me/phone/verify", { code })).toEqual([400, "wrong_code"]);
    await person.ok("DELETE", "/v1/me/phone");
    expect((await person.ok<Me>("GET", "/v1/me")).user.phone).toBe(null);
  });

  it("cannot be guessed: five tries, ten minutes, and few codes a day", async () => {
    const person = await cloud.person();
    await person.ok("POST", "/v1/me/phone", { phone: "+4915100000001" });
    const code = codeSent();
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, "0");
    for (let n = 0; n < 5; n++) await person.refused("POST", "/v1/me/phone/verify", { code: wrong });
    expect(await person.refused("POST", "/v1/me/phone/verify", { code })).toEqual([400, "wrong_code"]);
    await person.ok("POST", "/v1/me/phone", { phone: "+4915100000001" });
    cloud.skewMs = 11 * 60_000;
    expect(await person.refused("POST", "/v1/me/phone/verify", { code: codeSent() })).toEqual([400, "wrong_code"]);
    cloud.skewMs = 0;
    for (let n = 0; n < 3; n++) await person.ok("POST", "/v1/me/phone", { phone: `+491510000001${n}` });
    expect((await person.refused("POST", "/v1/me/phone", { phone }))[0]).toBe(429);
  });

  it("is refused where it is none, where Twilio refuses it, and where no SMS go out", async () => {
    const person = await cloud.person();
    for (const bad of ["0151", "+0151234567", "tel"]) {
      expect(await person.refused("POST", "/v1/me/phone", { phone: bad })).toEqual([400, "invalid"]);
    }
    for (const [status, code] of [
      [400, 21_211],
      [500, 0],
    ] as const) {
      twilio.use(http.post("https://api.twilio.com/*", () => HttpResponse.json({ code }, { status })));
      expect(await person.refused("POST", "/v1/me/phone", { phone })).toEqual([409, "sms_failed"]);
    }
    const mute = person.at(await cloud.addProcess({ sms: null }));
    expect(await mute.refused("POST", "/v1/me/phone", { phone })).toEqual([409, "no_sms"]);
  });
});

describe("an export", () => {
  it("has everything of the person, nothing of others, and no secrets", async () => {
    const { owner } = await cloud.owner();
    const other = await cloud.person();
    const car = {
      name: "Car",
      make: "VW",
      model: "ID.3",
      batteryWh: 58_000,
      connectors: [],
      maxAcW: null,
      maxDcW: null,
    };
    await owner.ok("POST", "/v1/vehicles", car);
    await other.ok("POST", "/v1/vehicles", { ...car, name: "Other's" });
    await owner.ok("POST", "/v1/me/phone", { phone: "+4915100000099" });
    const response = await owner.send("GET", "/v1/me/export");
    expect(response.headers.get("content-disposition")).toContain("attachment");
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      account: { email: owner.email },
      signIns: [{}],
      memberships: [{ role: "owner" }],
      "vehicles (user_id)": [{ name: "Car" }],
      "phone_codes (user_id)": [{ phone: "+4915100000099" }],
    });
    expect(text).not.toMatch(/Other's|code_hash|"password"|"token"/);
  });
});

describe("a deletion", () => {
  it("takes the name and everything that need not stay, and nobody signs in any more", async () => {
    const person = await cloud.person();
    const id = await person.userId();
    const car = { name: "Car", make: "", model: "", batteryWh: null, connectors: [], maxAcW: null, maxDcW: null };
    await person.ok("POST", "/v1/vehicles", car);
    expect(await person.refused("POST", "/v1/me/delete", { password: "wrong password" })).toEqual([
      403,
      "wrong_password",
    ]);
    await person.ok("POST", "/v1/me/delete", { password: PASSWORD });
    expect(await person.refused("GET", "/v1/me")).toEqual([401, "unauthorized"]);
    const credentials = { email: person.email, password: PASSWORD };
    expect((await person.refused("POST", "/v1/auth/sign-in/email", credentials))[0]).toBe(401);
    const admin = await cloud.admin();
    expect(await admin.ok("GET", `/v1/admin/users/${id}`)).toMatchObject({
      email: `${id}@deleted.invalid`,
      name: "Deleted account",
      deleted: true,
    });
    expect(await cloud.db.selectFrom("vehicles").select("id").where("user_id", "=", id).execute()).toEqual([]);
    await person.ok("POST", "/v1/auth/sign-up/email", { name: "Again", ...credentials });
  });

  it("waits for what is open: a last owner's sites, a booking, a bill", async () => {
    const { owner } = await cloud.owner();
    expect(await owner.refused("POST", "/v1/me/delete", { password: PASSWORD })).toEqual([409, "last_owner"]);
    const person = await cloud.person();
    const userId = await person.userId();
    const booking = {
      site_id: "01900000-0000-7000-8000-000000000000",
      booking: "B",
      version: 1,
      seat: "s",
      class: "c",
      from_slot: 1,
      to_slot: 2,
      held: null,
      cancel_owed: null,
      sale: "{}",
      key: null,
      user_id: userId,
      pin_tag: null,
      created_at: new Date(0),
    };
    await cloud.db
      .insertInto("reservations")
      .values({ ...booking, stage: "started" })
      .execute();
    const refusal = () => person.refused("POST", "/v1/me/delete", { password: PASSWORD });
    expect(await refusal()).toEqual([409, "charge_running"]);
    await cloud.db.updateTable("reservations").set({ stage: "reserved" }).where("booking", "=", "B").execute();
    expect(await refusal()).toEqual([409, "booking_open"]);
    await cloud.db.updateTable("reservations").set({ stage: "ended" }).where("booking", "=", "B").execute();
    const { site_id } = booking;
    const fee = { site_id, booking: "B", version: 1, kind: "charge" as const, amount: 40, at: new Date(0) };
    await cloud.db.insertInto("booking_postings").values(fee).execute();
    expect(await refusal()).toEqual([409, "money_owed"]);
    await cloud.db
      .updateTable("booking_postings")
      .set({ billed_at: new Date(0) })
      .where("booking", "=", "B")
      .execute();
    const session = { site_id, session_id: site_id };
    const drove = { ...session, user_id: userId, via: "idTag" as const, started_at: new Date(0), agreements: "[]" };
    await cloud.db.insertInto("session_drivers").values(drove).execute();
    const unbilled = { ...session, revision: 1, requested_at: new Date(0) };
    await cloud.db.insertInto("session_bills").values(unbilled).execute();
    expect(await refusal()).toEqual([409, "money_owed"]);
    await cloud.db.deleteFrom("session_bills").where("session_id", "=", site_id).execute();
    const fill = (key: string, amount: number) =>
      cloud.db.transaction().execute((tx) =>
        post(tx, { key, kind: "top_up", at: cloud.now(), currency: "EUR" }, [
          { account: "stripe", holder: "", amount },
          { account: "wallet", holder: userId, amount: -amount },
        ]),
      );
    await fill("filled", 500);
    expect(await refusal()).toEqual([409, "money_left"]);
    await fill("emptied", -500);
    await person.ok("POST", "/v1/me/delete", { password: PASSWORD });
  });
});
