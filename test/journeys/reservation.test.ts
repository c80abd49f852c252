import { afterAll, beforeAll, expect, it } from "vitest";
import { request, stopEverything, until } from "../support/programs";
import { booksOf, TestSite } from "../support/site";

/**
 * A driver books at the cloud, the line goes down, and the pass alone opens the charger at the site: over real programs, to the fulfilled booking in
 * the cloud's books.
 */

const site = new TestSite();
beforeAll(() => site.start());
afterAll(async () => {
  await site.end();
  await stopEverything();
});

const QUARTER_MS = 15 * 60_000;
/** The quarter of an hour that a pass sold now is for: this one, or the next if this one is over in a minute. */
const first = () => Math.floor((Date.now() + 60_000) / QUARTER_MS) * QUARTER_MS;
const instant = (ms: number) => new Date(ms).toISOString();
const secretOf = (name: string) => name.padEnd(32, "x");

interface Availability {
  connected: boolean;
  classes: { slots: { free: number; onRequest: number }[] }[];
}

interface Reservation {
  booking: string;
  seat: string;
  status: string;
  owed: { amount: number };
}

it("charges with a pass while the cloud is away; a copy of the pass and a walk-in are refused; the books are equal after", async () => {
  const reservations = `/v1/sites/${site.siteId}/reservations`;
  const driver = await signUp("driver@journey.example");
  const times = { start: instant(first()), end: instant(first() + 4 * QUARTER_MS) };
  await until("the site can be booked", async () => {
    const asked = new URLSearchParams(times);
    const { connected, classes } = await driver<Availability>("GET", `/v1/sites/${site.siteId}/availability?${asked}`);
    return connected && classes.some(({ slots }) => slots.every(({ free, onRequest }) => free + onRequest > 0));
  });
  const mine = await until("the hub gives the cells to the cloud", () =>
    driver<Reservation>("POST", reservations, { class: "STANDARD", ...times }),
  );
  expect(mine.status).toBe("reserved");
  const { token } = await driver<{ token: string }>("GET", `${reservations}/${mine.booking}/pass`);
  const cpId = await until("a connector is kept for the driver", async () => {
    const words = await Promise.all(["CP1", "CP2"].map(async (each) => ({ each, word: await site.status(each) })));
    return words.find(({ word }) => word === "Reserved")?.each;
  });

  await site.cloud.kill();
  const place = { cpId, connectorId: 1 };
  await expect(site.asDriver("/api/start", { ...place, secret: secretOf("walk-in") })).rejects.toThrow(
    /409.*connector_reserved/,
  );
  await site.bench(cpId, "plug");
  await site.asDriver("/api/start", { ...place, secret: secretOf("driver"), pass: token });
  const running = await until("energy flows", async () =>
    (await site.hubSessions()).find((each) => each.cpId === cpId && each.energyWh > 0),
  );
  await expect(site.asDriver("/api/start", { ...place, secret: secretOf("thief"), pass: token })).rejects.toThrow(
    /409.*pass_used/,
  );
  await site.asDriver("/api/stop", { sessionId: running.id, secret: secretOf("driver") });
  const ended = await site.ended(running.id);
  await site.bench(cpId, "unplug");

  await site.startCloud();
  await site.signIn();
  const after = await until("the cloud has heard", async () => {
    const found = await driver<Reservation>("GET", `${reservations}/${mine.booking}`);
    return found.status === "fulfilled" ? found : undefined;
  });
  expect(after.owed.amount).toBe(0);
  const there = await until("the cloud has the session", async () => {
    const [found, ...more] = await site.cloudSessions();
    return found?.endedAt ? [found, ...more] : undefined;
  });
  expect(there.map(booksOf)).toEqual([booksOf(ended)]);
});

it("admits no pass twice at a hub that was restored from yesterday's back-up, and sells on", async () => {
  const reservations = `/v1/sites/${site.siteId}/reservations`;
  const settings = `/v1/sites/${site.siteId}/booking-settings`;
  const rules = await site.asOwner<{ terms: object }>("GET", settings);
  await site.asOwner("PUT", settings, { ...rules, terms: { ...rules.terms, early_start_time: 30 } });
  const yesterday = await site.backUpHub();

  const driver = await signUp("second@journey.example");
  // The quarter that has begun is used up by the driver before.
  const start = first() + QUARTER_MS;
  const times = { start: instant(start), end: instant(start + 2 * QUARTER_MS) };
  const mine = await until("the hub gives the cells to the cloud", () =>
    driver<Reservation>("POST", reservations, { class: "STANDARD", ...times }),
  );
  const { token } = await driver<{ token: string }>("GET", `${reservations}/${mine.booking}/pass`);
  await site.bench("CP1", "plug");
  const show = (name: string) =>
    site.asDriver<{ cpId: string }>("/api/start", { cpId: "CP1", connectorId: 1, secret: secretOf(name), pass: token });
  await until("the pass is admitted", () => show("second"));
  // Of what it has not heard to have begun, nobody could tell after a restore: an operator would have to look.
  await until("the cloud has heard that energy flows", async () =>
    (await site.cloudSessions()).some(({ cpId, endedAt, energyWh }) => cpId === "CP1" && !endedAt && energyWh > 0),
  );

  await site.restoreHub(yesterday);
  // Unsure of its state, it would ask its operator; sure again, it knows from the cloud what it did.
  const answers: string[] = [];
  await until("a copy of the pass is refused as used", async () => {
    answers.push(
      await show("thief").then(
        () => "admitted",
        (error: Error) => error.message,
      ),
    );
    return answers.at(-1)?.includes("pass_used");
  });
  expect(answers).not.toContain("admitted");
  await site.chargersOnline();
  await site.bench("CP1", "unplug");
  await until("the booking is over, once", async () => {
    return (await driver<Reservation>("GET", `${reservations}/${mine.booking}`)).status === "fulfilled";
  });
  const [week, day] = [7 * 86_400_000, 86_400_000];
  const later = { start: instant(first() + week), end: instant(first() + week + QUARTER_MS) };
  expect(await driver<Reservation>("POST", reservations, { class: "STANDARD", ...later })).toMatchObject({
    status: "reserved",
  });
  const { reservations: all } = await site.asOwner<{ reservations: { booking: string; doubtful: boolean }[] }>(
    "GET",
    `${reservations}?start=${instant(first() - day)}&end=${instant(first() + day)}`,
  );
  expect(all.filter(({ booking }) => booking === mine.booking)).toMatchObject([{ doubtful: false }]);
});

/** Somebody with an account of their own at the cloud. */
async function signUp(email: string): Promise<<T>(method: string, path: string, body?: unknown) => Promise<T>> {
  const response = await fetch(`${site.cloudUrl}/v1/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: site.cloudUrl },
    body: JSON.stringify({ name: "A driver", email, password: "a good long password" }),
  });
  if (!response.ok) throw new Error(`Signing up answered ${response.status}: ${await response.text()}`);
  const authorization = `Bearer ${response.headers.get("set-auth-token")}`;
  return (method, path, body) => request(method, site.cloudUrl + path, { headers: { authorization }, body });
}
