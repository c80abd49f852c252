import { describe, expect, it } from "vitest";
import { defaultBookingSettings } from "../shared/booking-settings";
import { plan } from "./memberships/testing/plans";
import type { Person } from "./testing/person";
import { PUBLIC_URL, garage, perKwh } from "./testing/cloud";
import { openCloud } from "./testing/open";
import type { Who } from "./testing/doors";
import { doorRows as rows } from "./testing/doors";
import type { Schema } from "./testing/sample";
import { sample } from "./testing/sample";

/** Every route against every role, another tenant's ids, foreign pages, and bodies that are wrong, large or hostile. */

interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Door extends Operation {
  route: string;
  method: string;
  path: string;
}
interface Answer {
  status: number;
  code: string;
  message: string;
}
type Role = "nobody" | "stranger" | "member" | "installer" | "owner" | "admin" | "otherHub";

const unknownId = "01900000-0000-7000-8000-000000000000";
const nowhere = { siteId: unknownId, organizationId: unknownId, hubId: unknownId };
const span = { start: "2099-06-01T12:00:00Z", end: "2099-06-01T13:00:00Z" };
/** Bodies that must fit more than their schema says. */
const bodies: Record<string, unknown> = {
  "POST /v1/sites": garage,
  "POST /v1/tariffs/preview": {
    tariff: perKwh,
    timeZone: "Europe/Berlin",
    startedAt: span.start,
    charging: { seconds: 60, energyWh: 100 },
  },
  "PUT /v1/sites/{siteId}/tariffs/{tariffId}": { ...perKwh, id: unknownId },
  "POST /v1/sites/{siteId}/tariffs/suggestion": { costs: [{ start: "00:00", cost: 2800 }], profit: 0, vat: 1900 },
  "POST /v1/organizations/{organizationId}/plans": plan,
  "POST /v1/organizations/{organizationId}/promotions": {
    name: "Sale",
    currency: "EUR",
    startsAt: span.start,
    endsAt: span.end,
    percent: 100,
  },
  "POST /v1/sites/{siteId}/blocks": { seat: null, ...span },
  "POST /v1/sites/{siteId}/booking-changes/preview": { kind: "block", seat: null, ...span },
  "PUT /v1/sites/{siteId}/booking-settings": defaultBookingSettings,
  "POST /v1/sites/{siteId}/holds": { class: "AC", ...span },
  "POST /v1/sites/{siteId}/reservations/{booking}/modify": span,
  "POST /v1/sites/{siteId}/waiting-list": { class: "AC", ...span },
  "POST /v1/sites/{siteId}/reservation-series": {
    class: "AC",
    days: ["MONDAY"],
    from: "18:00",
    to: "19:00",
    startsOn: "2099-06-01",
    count: 2,
  },
};

const of = (...who: Who[]) => {
  const routes = new Set(rows.filter((row) => who.includes(row.who)).map(({ route }) => route));
  return all.filter(({ route }) => routes.has(route));
};

const browser = ({ cookie }: Person) => ({ cookie, origin: PUBLIC_URL });
const cloud = await openCloud();
cloud.isKnockedAt = true;
const document = (await (await cloud.first.request("/v1/openapi.json")).json()) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};
const named = document.components.schemas;
const all = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([verb, operation]) => {
    const method = verb.toUpperCase();
    return { ...operation, method, path, route: `${method} ${path}` };
  }),
);
const mine = await cloud.paired();
const other = await cloud.paired();
const { owner, siteId, organizationId } = mine;
const ids: Record<string, string> = {
  siteId,
  organizationId,
  hubId: mine.hub.id,
  cpId: "CP1",
  connectorId: "1",
  version: "1",
  idTag: "TAG",
};
const [member, installer, admin] = await Promise.all([cloud.person(), cloud.person(), cloud.admin()]);
for (const [person, role] of [
  [member, "member"],
  [installer, "installer"],
] as const) {
  await cloud.join(organizationId, person, role);
}
const roles: Record<Role, Record<string, string>> = {
  nobody: {},
  stranger: browser(other.owner),
  member: browser(member),
  installer: browser(installer),
  owner: browser(owner),
  admin: browser(admin),
  otherHub: { authorization: `Bearer ${await other.hub.token()}` },
};

/** Knocks; gives the status, and the code of a refusal. Streams are let go at once. */
async function knock(
  door: Door,
  role: Role,
  change: Record<string, string> = {},
  body = bodyOf(door),
): Promise<Answer> {
  const path = door.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(change[name] ?? ids[name] ?? unknownId),
  );
  const query = new URLSearchParams();
  const headers: Record<string, string> = { ...roles[role] };
  for (const { name, in: place, required, schema } of door.parameters ?? []) {
    if (place === "query" && change[name] !== undefined) query.set(name, change[name]);
    else if (place === "query" && required) query.set(name, name === "end" ? span.end : String(sample(schema, named)));
    else if (place === "header" && required) headers[name] = "key-1";
  }
  if (body !== undefined) headers["content-type"] = "application/json";
  const response = await cloud.first.request(`${path}?${query.toString()}`, { method: door.method, headers, body });
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
  if (response.headers.get("content-type")?.includes("event-stream")) {
    await response.body?.cancel();
    return { status: response.status, code: "", message: "" };
  }
  const text = await response.text();
  const refusal =
    response.status < 400 ? undefined : (JSON.parse(text) as { error: Record<"code" | "message", string> });
  return { status: response.status, code: "", message: "", ...refusal?.error };
}

function bodyOf(door: Door): string | undefined {
  const schema = door.requestBody?.content["application/json"]?.schema;
  return schema && JSON.stringify(bodies[door.route] ?? sample(schema, named));
}

/** The doors that do not answer as they should, with what they said. */
async function wrong(
  list: Door[],
  role: Role,
  holds: (answer: Answer, door: Door) => boolean | Promise<boolean>,
  change: Record<string, string> = {},
): Promise<string[]> {
  const found: string[] = [];
  expect(list.length).toBeGreaterThan(0);
  for (const door of list) {
    const answer = await knock(door, role, change);
    if (!(await holds(answer, door))) found.push(`${role}: ${door.route} answered ${answer.status} ${answer.code}`);
  }
  return found;
}
const is =
  (...allowed: number[]) =>
  ({ status }: { status: number }) =>
    allowed.includes(status);
/** Whoever may come in meets no refusal of a person; what he asks for may be missing. */
const open = ({ status, code }: Answer) => status !== 401 && code !== "forbidden" && code !== "invalid" && status < 500;

describe("every door", () => {
  it("has one row in the table", () => {
    const listed = rows.map(({ route }) => route);
    const served = all.map(({ route }) => route);
    const missing = served.filter((route) => !listed.includes(route));
    expect(missing, "a new route says in cloud/testing/doors.ts who may use it").toEqual([]);
    expect(listed.toSorted()).toEqual(served.toSorted());
  });

  it("asks who comes", async () => {
    const closed = of("signIn", "signedIn", "guest", "look", "install", "change", "admin", "hub");
    expect(await wrong(closed, "nobody", is(401))).toEqual([]);
    const foreign = await wrong(of("guest", "look", "change", "admin", "hub"), "otherHub", is(401));
    expect(foreign).toEqual([]);
    expect(await wrong(of("hub"), "owner", is(401))).toEqual([]);
  });

  it("does not open for another tenant, and does not say whether there is anything behind it", async () => {
    const inside = of("look", "install", "change");
    for (const role of ["stranger", "admin"] as const) {
      expect(await wrong(inside, role, is(404))).toEqual([]);
    }
    expect(await wrong(inside, "stranger", is(404), nowhere)).toEqual([]);
    expect(await wrong(of("place"), "nobody", ({ status }) => status === 404 || status === 401)).toEqual([]);
    const alike = async ({ status, code, message }: Answer, door: Door) => {
      const none = await knock(door, door.path.startsWith("/v1/hubs") ? "otherHub" : "stranger", nowhere);
      return status === none.status && code === none.code && message === none.message && status < 500;
    };
    expect(await wrong(of("guest", "place"), "stranger", alike)).toEqual([]);
    expect(await wrong(of("hub"), "otherHub", alike)).toEqual([]);
  });

  it("opens as far as the role goes", async () => {
    expect(await wrong(of("look"), "member", open)).toEqual([]);
    expect(await wrong(of("install", "change"), "member", is(403))).toEqual([]);
    expect(await wrong(of("install"), "installer", open)).toEqual([]);
    expect(await wrong(of("change"), "installer", is(403))).toEqual([]);
    expect(await wrong(of("look", "install", "change"), "owner", open)).toEqual([]);
    expect(await wrong(of("admin"), "owner", is(403))).toEqual([]);
    const asked = of("admin").filter(({ path }) => !path.endsWith("/moderation"));
    expect(await wrong(asked, "admin", open)).toEqual([]);
  });

  it("takes no body that does not fit", async () => {
    // Those that read theirs once they know who sends it, and better-auth's, have tests of their own.
    const others = /^\/v1\/(auth|payments\/stripe|hubs\/[^/]+)\//;
    const found: string[] = [];
    for (const door of all) {
      if (!door.requestBody?.content["application/json"] || others.test(door.path)) continue;
      const role = door.path.startsWith("/v1/admin") ? "admin" : "owner";
      for (const body of ["[]", "{", '{"surprise":{"no":1}}']) {
        const { status, code } = await knock(door, role, {}, body);
        if (status !== 400) found.push(`${door.route} answered ${body} with ${status} ${code}`);
      }
    }
    expect(found).toEqual([]);
  });

  it("stays shut for another site's page (CSRF), and lets no other origin read (CORS)", async () => {
    const headers = { cookie: owner.cookie, origin: "https://evil.example", "content-type": "application/json" };
    for (const door of all) {
      if (door.method === "GET") continue;
      const path = door.path.replace(/\{\w+\}/g, unknownId);
      const response = await cloud.first.request(path, { method: door.method, headers, body: "{}" });
      expect([door.route, response.status, await response.json()]).toMatchObject([
        door.route,
        403,
        { error: { code: "foreign_origin" } },
      ]);
      const asked = { origin: "https://evil.example", "access-control-request-method": door.method };
      const preflight = await cloud.first.request(path, { method: "OPTIONS", headers: asked });
      expect([door.route, preflight.headers.get("access-control-allow-origin")]).toEqual([door.route, null]);
      expect(preflight.status).toBeGreaterThanOrEqual(400);
      await preflight.body?.cancel();
    }
  });

  it("takes no body beyond its limit", async () => {
    const body = "x".repeat(9 * 1024 * 1024);
    for (const { method, path, requestBody, route } of all) {
      if (!requestBody) continue;
      const signedIn = path.startsWith("/v1/hubs") ? { authorization: roles.otherHub.authorization! } : roles.owner;
      const headers = { ...signedIn, "content-type": Object.keys(requestBody.content)[0]! };
      const address = path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? unknownId);
      const response = await cloud.first.request(address, { method, headers, body });
      await response.body?.cancel();
      expect([route, response.status]).toEqual([route, 413]);
    }
  });

  it("is not broken by hostile texts, wherever they are put", async () => {
    const texts = [
      "' or 1=1; drop table sites;--",
      "\u0000",
      "../../../etc/passwd",
      "{{7*7}}\u202e\ud83d\ude00".repeat(200),
    ];
    const found: string[] = [];
    for (const door of all) {
      const role = door.path.startsWith("/v1/admin") ? "admin" : "owner";
      const places = (door.parameters ?? []).filter(({ in: place }) => place !== "header").map(({ name }) => name);
      const body = bodyOf(door);
      for (const [at, text] of texts.entries()) {
        const changes = places.map((name) => ({ [name]: text }));
        // One text for each place in turn: all of them meet every kind of parameter somewhere.
        for (const [index, change] of changes.entries()) {
          if ((index + places.length) % 2 !== at % 2) continue;
          const { status } = await knock(door, role, change);
          if (status >= 500) found.push(`${door.route} ${JSON.stringify(change).slice(0, 40)} ${status}`);
        }
        if (body === undefined || !body.includes('"') || door.route === "POST /v1/hubs/pair") continue;
        const hostile = body.replace(/(?<=:)"[^"]*"/g, () => JSON.stringify(text));
        const { status } = await knock(door, role, {}, hostile);
        if (status >= 500) found.push(`${door.route} ${hostile.slice(0, 40)} ${status}`);
      }
    }
    expect(found).toEqual([]);
    expect(await owner.ok("GET", `/v1/sites/${siteId}`)).toMatchObject({ siteId });
  });
});
