import { describe, expect, it } from "vitest";
import { dealOf } from "../billing/deal";
import { openCloud } from "../testing/open";
import { PASSWORD, Person } from "../testing/person";
import { payerOf } from "./family";

/** Organisations, families and vehicles: who belongs together, and who may change that. */
const cloud = await openCloud();

const nothing = "01900000-0000-7000-8000-000000000000";
const accept = (who: Person, id: string) => who.refused("POST", `/v1/me/invitations/${id}`, { accept: true });
const waiting = async (person: Person) =>
  (await person.ok<{ invitations: { id: string; name: string }[] }>("GET", "/v1/me/invitations")).invitations;

async function organization() {
  const { owner, siteId, organizationId } = await cloud.owner();
  const path = `/v1/organizations/${organizationId}`;
  const join = async (role: string) => {
    const person = await cloud.person();
    await owner.ok("POST", `${path}/invitations`, { email: person.email, role });
    const [invitation] = await waiting(person);
    await person.ok("POST", `/v1/me/invitations/${invitation!.id}`, { accept: true });
    return { person, member: `${path}/members/${await person.userId()}` };
  };
  return { owner, siteId, path, join, ownerPath: `${path}/members/${await owner.userId()}` };
}

describe("an organisation", () => {
  it("grows by invitation, and each role may what it is for", async () => {
    const { owner, siteId, path, join } = await organization();
    const { person: installer } = await join("installer");
    const { person: member } = await join("member");
    expect(await owner.ok("GET", path)).toMatchObject({
      role: "owner",
      members: [{ role: "owner" }, { role: "installer", email: installer.email }, { role: "member" }],
      invitations: [],
    });
    const site = `/v1/sites/${siteId}`;
    const tries = async (person: Person) => {
      const look = await person.send("GET", site);
      const install = await person.send("POST", `${site}/pairing-codes`);
      const change = await person.send("PATCH", site, { name: "New" });
      return [look.status, install.status < 300, change.status];
    };
    expect(await tries(installer)).toEqual([200, true, 403]);
    expect(await tries(member)).toEqual([200, false, 403]);
    expect((await member.ok<{ invitations: unknown[] }>("GET", path)).invitations).toEqual([]);
    for (const person of [installer, member]) {
      expect(await person.refused("PATCH", path, { name: "Mine" })).toEqual([403, "forbidden"]);
      const body = { email: "x@test.example", role: "member" };
      expect(await person.refused("POST", `${path}/invitations`, body)).toEqual([403, "forbidden"]);
      expect(await person.refused("DELETE", `${path}/invitations/${nothing}`)).toEqual([403, "forbidden"]);
    }
    await owner.ok("PATCH", path, { name: "Chargers Ltd" });
    expect(await member.ok("GET", path)).toMatchObject({ name: "Chargers Ltd", role: "member" });
  });

  it("is not entered by the invitation of whom it has put out, or down", async () => {
    const { owner, path, join } = await organization();
    const [leaver, fallen] = [await join("owner"), await join("owner")];
    const asked = async (inviter: Person, role: string) => {
      const guest = await cloud.person();
      const { id } = await inviter.ok<{ id: string }>("POST", `${path}/invitations`, { email: guest.email, role });
      return { guest, id };
    };
    const back = await asked(leaver.person, "member");
    const [high, low] = [await asked(fallen.person, "owner"), await asked(fallen.person, "member")];
    expect((await owner.send("DELETE", leaver.member)).status).toBe(204);
    await owner.ok("PATCH", fallen.member, { role: "admin" });
    for (const { guest, id } of [back, high]) expect(await accept(guest, id)).toEqual([404, "not_found"]);
    await low.guest.ok("POST", `/v1/me/invitations/${low.id}`, { accept: true });
    await owner.ok("PATCH", fallen.member, { role: "owner" });
    await high.guest.ok("POST", `/v1/me/invitations/${high.id}`, { accept: true });
  });

  it("is nothing to strangers, and nothing that does not fit", async () => {
    const { owner, path, ownerPath, join } = await organization();
    const stranger = await cloud.person();
    const asked: [string, string, unknown][] = [
      ["GET", path, undefined],
      ["PATCH", path, { name: "X" }],
      ["POST", `${path}/invitations`, { email: "x@test.example", role: "member" }],
      ["DELETE", `${path}/invitations/${nothing}`, undefined],
      ["PATCH", ownerPath, { role: "member" }],
      ["DELETE", ownerPath, undefined],
    ];
    for (const [method, at, body] of asked) {
      expect(await stranger.refused(method, at, body)).toEqual([404, "not_found"]);
      expect(await Person.visitor(cloud.first, "v@test.example").refused(method, at, body)).toEqual([
        401,
        "unauthorized",
      ]);
    }
    for (const body of [{ email: "x", role: "member" }, { email: "x@test.example", role: "king" }, {}]) {
      expect(await owner.refused("POST", `${path}/invitations`, body)).toEqual([400, "invalid"]);
    }
    expect(await owner.refused("PATCH", path, { name: "" })).toEqual([400, "invalid"]);
    expect(await owner.refused("PATCH", ownerPath, { role: "king" })).toEqual([400, "invalid"]);
    expect(await owner.refused("DELETE", `${path}/invitations/${nothing}`)).toEqual([404, "not_found"]);
    expect(await owner.refused("DELETE", `${path}/members/nobody`)).toEqual([404, "not_found"]);
    const { person } = await join("member");
    const again = { email: person.email.toUpperCase(), role: "admin" };
    expect(await owner.refused("POST", `${path}/invitations`, again)).toEqual([409, "already_member"]);
  });

  it("always has an owner, also when two leave at once; admins do not touch owners", async () => {
    const { owner, path, ownerPath, join } = await organization();
    expect(await owner.refused("DELETE", ownerPath)).toEqual([409, "last_owner"]);
    expect(await owner.refused("PATCH", ownerPath, { role: "admin" })).toEqual([409, "last_owner"]);
    const { person: admin, member: adminPath } = await join("admin");
    expect(await admin.refused("PATCH", ownerPath, { role: "member" })).toEqual([403, "forbidden"]);
    expect(await admin.refused("DELETE", ownerPath)).toEqual([403, "forbidden"]);
    expect(await admin.refused("PATCH", adminPath, { role: "owner" })).toEqual([403, "forbidden"]);
    const invited = { email: "boss@test.example", role: "owner" };
    expect(await admin.refused("POST", `${path}/invitations`, invited)).toEqual([403, "forbidden"]);
    const { person: member, member: memberPath } = await join("member");
    expect(await member.refused("PATCH", memberPath, { role: "admin" })).toEqual([403, "forbidden"]);
    expect(await member.refused("DELETE", adminPath)).toEqual([403, "forbidden"]);
    await admin.ok("DELETE", memberPath);
    expect(await member.refused("GET", path)).toEqual([404, "not_found"]);
    await owner.ok("PATCH", adminPath, { role: "owner" });
    expect(await admin.ok("GET", path)).toMatchObject({ role: "owner" });
    const left = await Promise.all([owner.send("DELETE", ownerPath), admin.send("DELETE", adminPath)]);
    expect(left.map(({ status }) => status).toSorted()).toEqual([204, 409]);
  });
});

describe("an invitation", () => {
  it("is for its address, for a week, and can be declined, withdrawn and sent anew", async () => {
    const { owner, path } = await organization();
    const [person, other] = [await cloud.person(), await cloud.person()];
    const invite = async (role = "member") =>
      (await owner.ok<{ id: string }>("POST", `${path}/invitations`, { email: person.email.toUpperCase(), role })).id;
    const [first, second] = [await invite(), await invite("admin")];
    expect(await waiting(person)).toMatchObject([
      { id: second, kind: "organization", role: "admin", inviter: "Some One" },
    ]);
    expect(await accept(person, first)).toEqual([404, "not_found"]);
    expect(await accept(other, second)).toEqual([404, "not_found"]);
    expect(await waiting(other)).toEqual([]);
    await person.ok("POST", `/v1/me/invitations/${second}`, { accept: false });
    expect(await waiting(person)).toEqual([]);
    const third = await invite();
    await owner.ok("DELETE", `${path}/invitations/${third}`);
    expect(await accept(person, third)).toEqual([404, "not_found"]);
    const fourth = await invite();
    cloud.skewMs = 8 * 86_400_000;
    expect([await waiting(person), await accept(person, fourth)]).toEqual([[], [404, "not_found"]]);
    cloud.skewMs = 0;
    const strict = await cloud.addProcess({ verifyEmails: true });
    expect(await accept(person.at(strict), fourth)).toEqual([403, "not_verified"]);
    await person.ok("POST", `/v1/me/invitations/${fourth}`, { accept: true });
    expect(await person.refused("POST", `/v1/me/invitations/${fourth}`, {})).toEqual([400, "invalid"]);
    expect(await Person.visitor(cloud.first, "v@test.example").refused("GET", "/v1/me/invitations")).toEqual([
      401,
      "unauthorized",
    ]);
  });
});

describe("a family", () => {
  it("has one who pays and drivers who agreed, who see each other's vehicles", async () => {
    const [payer, driver, stranger] = [await cloud.person(), await cloud.person(), await cloud.person()];
    const [payerId, driverId] = [await payer.userId(), await driver.userId()];
    expect(await payer.ok("GET", "/v1/family")).toEqual({ family: null });
    await payer.ok("POST", "/v1/family", { name: "Smiths" });
    expect(await payer.refused("POST", "/v1/family", { name: "Others" })).toEqual([409, "in_family"]);
    await payer.ok("POST", "/v1/family/invitations", { email: driver.email });
    const [invitation] = await waiting(driver);
    expect(invitation).toMatchObject({ kind: "family", name: "Smiths", role: null });
    expect(await payerOf(cloud.db, driverId, cloud.now())).toBe(driverId);
    await driver.ok("POST", `/v1/me/invitations/${invitation!.id}`, { accept: true });
    expect([await payerOf(cloud.db, driverId, cloud.now()), await payerOf(cloud.db, payerId, cloud.now())]).toEqual([
      payerId,
      payerId,
    ]);
    expect(await driver.ok("GET", "/v1/family")).toMatchObject({
      family: { name: "Smiths", payer: { userId: payerId }, drivers: [{ userId: driverId }], invitations: [] },
    });

    const siteId = nothing;
    const startedAt = new Date(cloud.now()).toISOString();
    const session = { site_id: siteId, session_id: nothing, started_at: startedAt, agreements: "[]" };
    await cloud.db
      .insertInto("session_drivers")
      .values({ ...session, user_id: driverId, via: "idTag" })
      .execute();
    const payerAt = (at: string) =>
      cloud.db
        .transaction()
        .execute((tx) => dealOf(tx, { siteId, sessionId: nothing, startedAt: at }))
        .then(({ userId }) => userId);
    expect([await payerAt(startedAt), await payerAt("2020-01-01T00:00:00Z")]).toEqual([payerId, driverId]);

    const car = {
      name: "Car",
      make: "Renault",
      model: "Zoe",
      batteryWh: 52_000,
      connectors: ["IEC_62196_T2"],
      maxAcW: 22_000,
      maxDcW: null,
    };
    const { id } = await driver.ok<{ id: string }>("POST", "/v1/vehicles", car);
    expect(await payer.ok("GET", "/v1/vehicles")).toEqual({
      vehicles: [{ ...car, id, userId: driverId, isMine: false }],
    });
    expect(await stranger.ok("GET", "/v1/vehicles")).toEqual({ vehicles: [] });
    for (const person of [payer, stranger]) {
      expect(await person.refused("PUT", `/v1/vehicles/${id}`, car)).toEqual([404, "not_found"]);
      expect(await person.refused("DELETE", `/v1/vehicles/${id}`)).toEqual([404, "not_found"]);
    }
    expect(await driver.ok("PUT", `/v1/vehicles/${id}`, { ...car, name: "Zoe" })).toMatchObject({
      name: "Zoe",
      isMine: true,
    });
    expect(await driver.ok("GET", "/v1/vehicles")).toMatchObject({ vehicles: [{ id, name: "Zoe" }] });
    for (const bad of [{}, { ...car, connectors: ["SCHUKO"] }, { ...car, batteryWh: -1 }, { ...car, name: "" }]) {
      expect(await driver.refused("POST", "/v1/vehicles", bad)).toEqual([400, "invalid"]);
    }
    await driver.ok("DELETE", `/v1/vehicles/${id}`);
    expect(await payer.ok("GET", "/v1/vehicles")).toEqual({ vehicles: [] });

    expect(await driver.refused("DELETE", "/v1/family")).toEqual([404, "not_found"]);
    expect(await driver.refused("POST", "/v1/family/invitations", { email: "a@test.example" })).toEqual([
      404,
      "not_found",
    ]);
    expect(await driver.refused("DELETE", `/v1/family/invitations/${nothing}`)).toEqual([404, "not_found"]);
    expect(await driver.refused("DELETE", `/v1/family/drivers/${payerId}`)).toEqual([404, "not_found"]);
    expect(await stranger.refused("DELETE", `/v1/family/drivers/${driverId}`)).toEqual([404, "not_found"]);
    await driver.ok("DELETE", `/v1/family/drivers/${driverId}`);
    expect(await driver.ok("GET", "/v1/family")).toEqual({ family: null });
    expect(await payerOf(cloud.db, driverId, cloud.now())).toBe(driverId);
  });

  it("lets its payer remove drivers, withdraw invitations and end it; nobody is in two", async () => {
    const [payer, driver, other] = [await cloud.person(), await cloud.person(), await cloud.person()];
    await payer.ok("POST", "/v1/family", { name: "A" });
    await other.ok("POST", "/v1/family", { name: "B" });
    for (const each of [payer, other]) await each.ok("POST", "/v1/family/invitations", { email: driver.email });
    const [b, a] = await waiting(driver);
    await driver.ok("POST", `/v1/me/invitations/${a!.id}`, { accept: true });
    expect(await driver.refused("POST", `/v1/me/invitations/${b!.id}`, { accept: true })).toEqual([409, "in_family"]);
    expect(await payer.refused("DELETE", `/v1/family/invitations/${b!.id}`)).toEqual([404, "not_found"]);
    await other.ok("DELETE", `/v1/family/invitations/${b!.id}`);
    expect([await waiting(driver), await accept(driver, b!.id)]).toEqual([[], [404, "not_found"]]);
    await payer.ok("DELETE", `/v1/family/drivers/${await driver.userId()}`);
    expect(await driver.ok("GET", "/v1/family")).toEqual({ family: null });
    await payer.ok("DELETE", "/v1/family");
    expect(await payer.ok("GET", "/v1/family")).toEqual({ family: null });
    expect(await payer.refused("POST", "/v1/family", { name: "" })).toEqual([400, "invalid"]);
    expect(await other.refused("POST", "/v1/family/invitations", { email: "x" })).toEqual([400, "invalid"]);
    const visitor = Person.visitor(cloud.first, "v@test.example");
    const routes = ["GET /v1/family", "POST /v1/family", "DELETE /v1/family", "POST /v1/family/invitations"];
    routes.push(`DELETE /v1/family/invitations/${nothing}`, "DELETE /v1/family/drivers/x");
    for (const [method, path] of routes.map((route) => route.split(" "))) {
      expect(await visitor.refused(method!, path!, method === "GET" ? undefined : {})).toEqual([401, "unauthorized"]);
    }
    await other.ok("POST", "/v1/me/delete", { password: PASSWORD });
  });
});
