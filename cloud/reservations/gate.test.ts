import { sql } from "kysely";
import { describe, expect, it, vi } from "vitest";
import { instantOfSlot } from "../../shared/booking";
import { place } from "../sites/testing/places";
import { openCloud } from "../testing/open";
import { Person } from "../testing/person";
import { bookingSite } from "../testing/seats";
import { createGate } from "./gate";

/** What a crowd meets: the look at the session and the gate before the sale, both shared by those who come together. */

const cloud = await openCloud();
const people = await Promise.all(Array.from({ length: 4 }, () => cloud.person()));

const wish = (from: number, to = from + 2) => ({ class: "AC", start: instantOfSlot(from), end: instantOfSlot(to) });
const told = async (person: Person, path: string, body: unknown, headers: Record<string, string> = {}) => {
  const response = await person.send("POST", path, body, headers);
  const { error, booking } = (await response.json()) as { error?: { code: string }; booking?: string };
  return [response.status, error?.code ?? booking] as const;
};

describe("the gate", () => {
  it("sells once to a crowd, tells the rest that it is taken, and writes nothing for those who come later", async () => {
    const { siteId, base } = await bookingSite(cloud, { A: "AC" });
    const path = `/v1/sites/${siteId}/reservations`;
    const crowd = Array.from({ length: 32 }, (_, index) => told(people[index % 4]!, path, wish(base + (index % 2))));
    const answers = await Promise.all(crowd);
    expect(answers.filter(([status]) => status === 201)).toHaveLength(1);
    expect(answers.filter(([, what]) => what === "taken")).toHaveLength(31);
    const hits = async () => {
      const { rows } = await sql<{ hits: number }>`
        select coalesce(sum(hits), 0)::integer as hits from rate_limits where key like 'reservations:%'`.execute(
        cloud.db,
      );
      return rows[0]!.hits;
    };
    const before = await hits();
    expect(await told(people[0]!, path, wish(base))).toEqual([409, "taken"]);
    expect(await told(people[0]!, `/v1/sites/${siteId}/holds`, wish(base))).toEqual([409, "taken"]);
    expect(await hits()).toBe(before);
  });

  it("gives a repeated call what it has bought, and hides what is not for everybody to know", async () => {
    const { owner, siteId, base } = await bookingSite(cloud, { A: "AC" });
    const path = `/v1/sites/${siteId}/reservations`;
    const key = { "idempotency-key": "once" };
    const first = await told(people[0]!, path, wish(base), key);
    expect(first[0]).toBe(201);
    expect(await told(people[0]!, path, wish(base), key)).toEqual(first);
    expect(await told(people[1]!, path, wish(base), key)).toEqual([409, "taken"]);
    expect(await told(people[1]!, path, { ...wish(base), class: "A\0" })).toEqual([404, "not_found"]);
    await owner.ok("PUT", `/v1/sites/${siteId}/place`, { ...place, access: "private" });
    expect(await told(people[1]!, path, wish(base))).toEqual([404, "not_found"]);
    const nowhere = path.replace(siteId, "01900000-0000-7000-8000-000000000000");
    expect(await told(people[1]!, nowhere, wish(base))).toEqual([404, "not_found"]);
  });

  it("lets in a few at a time, in the order in which they came, also after one who failed", async () => {
    const { siteId, base } = await bookingSite(cloud, { A: "AC" });
    const gate = createGate(cloud.first.deps);
    // However slow the machine: nobody's turn ends by its time.
    const { setTimeout: real } = globalThis;
    const patient = vi.spyOn(globalThis, "setTimeout");
    patient.mockImplementation(((work: () => void, ms?: number) =>
      real(work, ms === 500 ? 600_000 : ms)) as typeof real);
    const order: number[] = [];
    let inside = 0;
    let most = 0;
    const work = Array.from({ length: 30 }, (_, n) =>
      gate({ siteId, class: "AC", from: base, to: base + 1, key: null }, async () => {
        order.push(n);
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        if (n === 3) throw new Error("failed");
        return n;
      }),
    );
    const results = await Promise.allSettled(work);
    patient.mockRestore();
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(order).toEqual(Array.from({ length: 30 }, (_, n) => n));
    expect(most).toBeLessThanOrEqual(8);
  });

  it("hears so many tries of one driver", async () => {
    const { siteId, base } = await bookingSite(cloud, { A: "AC" });
    const path = `/v1/sites/${siteId}/reservations`;
    const pushy = await cloud.person();
    await people[0]!.ok("POST", path, wish(base));
    // However the clock runs, they fall into two windows at most.
    const tries = await Promise.all(Array.from({ length: 241 }, () => told(pushy, path, wish(base))));
    const codes = new Set(tries.map(([, what]) => what));
    expect(codes).toEqual(new Set(["taken", "too_many_requests"]));
  });
});

const status = async (person: Person) => (await person.send("GET", "/v1/me")).status;

describe("a session's cookie", () => {
  const expiry = async ({ email }: Person) =>
    (
      await sql<{
        at: Date;
      }>`select s."expiresAt" as at from auth.session s join auth."user" u on u.id = s."userId" where u.email = ${email}`.execute(
        cloud.db,
      )
    ).rows[0]!.at.getTime();
  const expireIn = (person: Person, days: number) =>
    sql`update auth.session set "expiresAt" = ${new Date(Date.now() + days * 86_400_000)}
      where "userId" = (select id from auth."user" where email = ${person.email})`.execute(cloud.db);

  it("opens nothing that was not signed here, nor after it was revoked or has run out", async () => {
    const person = await cloud.person();
    expect(await status(person)).toBe(200);
    const good = person.cookie;
    const [name, value] = [good.slice(0, good.indexOf("=")), decodeURIComponent(good.slice(good.indexOf("=") + 1))];
    const [token, signature] = value.split(".") as [string, string];
    const flipped = (signature.startsWith("A") ? "B" : "A") + signature.slice(1);
    for (const bad of [
      `${token}.${flipped}`,
      `${token}x.${signature}`,
      token,
      `${token}.`,
      `.${signature}`,
      "a\0.b",
      "",
    ]) {
      person.cookie = `${name}=${encodeURIComponent(bad)}`;
      expect(await status(person)).toBe(401);
    }
    person.cookie = `other=1; ${good}`;
    expect(await status(person)).toBe(200);
    const twin = Person.visitor(cloud.first, person.email);
    twin.cookie = good;
    expect(await Promise.all([person, twin, person].map(status))).toEqual([200, 200, 200]);
    await expireIn(person, -1);
    expect(await status(person)).toBe(401);
    const other = await cloud.person();
    await sql`delete from auth.session where "userId" = (select id from auth."user" where email = ${other.email})`.execute(
      cloud.db,
    );
    expect(await status(other)).toBe(401);
  });

  it("is prolonged where it is used late", async () => {
    const person = await cloud.person();
    await expireIn(person, 20);
    const before = await expiry(person);
    expect(await status(person)).toBe(200);
    expect(await expiry(person)).toBeGreaterThan(before + 9 * 86_400_000);
  });
});
