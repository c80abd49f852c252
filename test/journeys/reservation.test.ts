import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../../shared/testing/until";
import { request, stopEverything } from "../support/programs";
import { booksOf, TestSite } from "../support/site";

/**
 * The cloud sells while the site's line is cut, and the pass alone opens the charger there: over real programs, to the fulfilled booking and the invoice in
 * the cloud's books. Then again at a hub that was restored from a back-up.
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
  classes: { seats: number; slots: { free: number }[] }[];
}

interface Reservation {
  booking: string;
  seat: string;
  status: string;
  start: string;
  end: string;
  owed: { amount: number };
}

/** A booking as the hub lists it. */
interface HubReservation {
  booking: string;
  seller: string;
  seat: string;
  from: string;
  until: string;
  connector: string | null;
  end: { status: string; owed: number } | null;
}

interface Rules {
  terms: object;
}

const path = (what: string) => `/v1/sites/${site.siteId}/${what}`;
const atHub = async () =>
  (await site.asAdmin<{ reservations: HubReservation[] }>("GET", "/api/reservations?all=true")).reservations;

it("the cloud sells while the site's line is cut; walk-in and copied pass are refused, the pass charges; the books are equal after", async () => {
  const driver = await signUp("driver@journey.example");
  const hour = () => ({ start: instant(first()), end: instant(first() + 4 * QUARTER_MS) });
  const rules = await site.asOwner<Rules>("GET", path("booking-settings"));
  // The cloud is to own all time, from this quarter of an hour on; and a driver may come as late as this machine is slow.
  const terms = { ...rules.terms, early_start_time: 30, noshow_timeout: 55 };
  const byCloud = { ...rules, walkInSeat: false, frontierMinutes: 0, terms };
  await site.asOwner("PUT", path("booking-settings"), byCloud);
  await until("the hub has given both seats to the cloud", async () => {
    const asked = new URLSearchParams(hour());
    const { classes } = await driver<Availability>("GET", path(`availability?${asked}`));
    return classes[0]?.seats === 2 && classes[0].slots.every(({ free }) => free === 2);
  });

  site.line.cut();
  await until("the hub hears nothing", async () => {
    const { feedOpen } = await site.asAdmin<{ feedOpen: boolean }>("GET", "/api/pairing");
    return !feedOpen;
  });
  const mine = await driver<Reservation>("POST", path("reservations"), { class: "STANDARD", ...hour() });
  expect(mine.status).toBe("reserved");
  const { token } = await driver<{ token: string }>("GET", path(`reservations/${mine.booking}/pass`));
  expect(await atHub()).toEqual([]);

  const cpId = mine.seat.split("/")[0]!;
  const other = cpId === "CP1" ? "CP2" : "CP1";
  const start = (at: string, name: string, more: object) =>
    site.asDriver("/api/start", { cpId: at, connectorId: 1, secret: secretOf(name), ...more });
  await expect(start(cpId, "walk-in", {})).rejects.toThrow(/409.*standby_only/);
  await site.bench(cpId, "plug");
  await start(cpId, "driver", { pass: token });
  const running = await until("energy flows", async () =>
    (await site.hubSessions()).find((each) => each.cpId === cpId && each.energyWh > 0 && each.cost.amount > 0),
  );
  await expect(start(cpId, "walk-in", { standby: true })).rejects.toThrow(/409.*connector_busy/);
  for (const at of [cpId, other]) await expect(start(at, "thief", { pass: token })).rejects.toThrow(/409.*pass_used/);
  await site.asDriver("/api/stop", { sessionId: running.id, secret: secretOf("driver") });
  const ended = await site.ended(running.id);
  await site.bench(cpId, "unplug");
  expect(await driver("GET", path(`reservations/${mine.booking}`))).toMatchObject({ status: "reserved" });
  expect(await site.cloudSessions()).toEqual([]);

  site.line.mend();
  const after = await until("the cloud has heard", async () => {
    const found = await driver<Reservation>("GET", path(`reservations/${mine.booking}`));
    return found.status === "fulfilled" ? found : undefined;
  });
  const there = await until("the cloud has the session", async () => {
    const [found, ...more] = await site.cloudSessions();
    return found?.endedAt ? [found, ...more] : undefined;
  });
  expect(there.map(booksOf)).toEqual([booksOf(ended)]);
  const heard = await until("the hub has heard of the sale", async () => {
    const { feedOpen } = await site.asAdmin<{ feedOpen: boolean }>("GET", "/api/pairing");
    return feedOpen ? await atHub() : undefined;
  });
  const { booking, seat, start: from, end, owed } = after;
  const fulfilled = { status: "FULFILLED", owed: owed.amount };
  expect(heard).toMatchObject([
    { booking, seller: "cloud", seat, from, until: end, connector: `${cpId}/1`, end: fulfilled },
  ]);
  expect(owed.amount).toBe(0);
  const bills = await until("the driver has the invoice", async () => {
    const found = await driver<{ bills: { type: string; subject: object; gross: number }[] }>("GET", "/v1/me/bills");
    return found.bills.length > 0 && found.bills;
  });
  expect(bills).toMatchObject([
    { type: "invoice", gross: ended.cost.amount, subject: { type: "session", sessionId: ended.id } },
  ]);
});

it("admits no pass twice at a hub that was restored from yesterday's back-up, and sells on", async () => {
  const rules = await site.asOwner<Rules>("GET", path("booking-settings"));
  // As most owners have it: the next hours are the hub's.
  await site.asOwner("PUT", path("booking-settings"), { ...rules, walkInSeat: true, frontierMinutes: 120 });
  const yesterday = await site.backUpHub();

  const driver = await signUp("second@journey.example");
  // The quarter that has begun is used up by the driver before.
  const start = first() + QUARTER_MS;
  const times = { start: instant(start), end: instant(start + 2 * QUARTER_MS) };
  const mine = await until("the hub gives the cells to the cloud", () =>
    driver<Reservation>("POST", path("reservations"), { class: "STANDARD", ...times }),
  );
  const { token } = await driver<{ token: string }>("GET", path(`reservations/${mine.booking}/pass`));
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
    return (await driver<Reservation>("GET", path(`reservations/${mine.booking}`))).status === "fulfilled";
  });
  const [week, day] = [7 * 86_400_000, 86_400_000];
  const later = { start: instant(first() + week), end: instant(first() + week + QUARTER_MS) };
  expect(await driver<Reservation>("POST", path("reservations"), { class: "STANDARD", ...later })).toMatchObject({
    status: "reserved",
  });
  const { reservations: all } = await site.asOwner<{ reservations: { booking: string; doubtful: boolean }[] }>(
    "GET",
    path(`reservations?start=${instant(first() - day)}&end=${instant(first() + day)}`),
  );
  expect(all.filter(({ booking }) => booking === mine.booking)).toMatchObject([{ doubtful: false }]);
});

/** Somebody with an account of their own at the cloud. */
async function signUp(email: string): Promise<<T>(method: string, where: string, body?: unknown) => Promise<T>> {
  const response = await fetch(`${site.cloudUrl}/v1/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: site.cloudUrl },
    body: JSON.stringify({ name: "A driver", email, password: "a good long password" }),
  });
  if (!response.ok) throw new Error(`Signing up answered ${response.status}: ${await response.text()}`);
  const authorization = `Bearer ${response.headers.get("set-auth-token")}`;
  return (method, where, body) => request(method, site.cloudUrl + where, { headers: { authorization }, body });
}
