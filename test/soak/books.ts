import pg from "pg";
import type { Session } from "../../shared/session";
import { until } from "../../shared/testing/until";
import { booksOf } from "../support/site";
import type { Network } from "./network";
import type { Site } from "./site";

/** What all books together came to. */
interface Total {
  sessions: number;
  energyWh: number;
  amount: number;
  reservations: number;
}

export interface Findings {
  total: Total;
  /** Where two books differ, one sentence each. */
  wrong: string[];
}

/** Compares every session, cent, reservation and Wh of chargers, hubs and cloud, once everything has come to rest. */
export async function compareBooks(network: Network, patienceS: number): Promise<Findings> {
  const total: Total = { sessions: 0, energyWh: 0, amount: 0, reservations: 0 };
  const wrong: string[] = [];
  const db = new pg.Client({ connectionString: network.cluster.url });
  await db.connect();
  for (const site of network.sites) {
    const { name } = site.options;
    const here = await site.sessions();
    const there = await cloudSessions(network, site);
    total.sessions += here.length;
    total.energyWh += here.reduce((all, { energyWh }) => all + energyWh, 0);
    total.amount += here.reduce((all, { cost }) => all + cost.amount, 0);
    wrong.push(...equalSessions(name, here, there), ...soundMeters(name, here), ...ownBooks(site, here));
    wrong.push(...(await registers(site, here)), ...(await bills(db, site, here, patienceS)));
    const reservations = await reservationsOf(db, site);
    total.reservations += reservations.count;
    wrong.push(...reservations.wrong, ...(await hubsReservations(db, site, patienceS)));
  }
  wrong.push(...(await ledger(db)));
  await db.end();
  return { total, wrong };
}

async function cloudSessions(network: Network, { options }: Site): Promise<Session[]> {
  const all: Session[] = [];
  let cursor = "";
  do {
    const path = `/v1/sites/${options.siteId}/sessions?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const page = await network.owner<{ sessions: Session[]; nextCursor: string | null }>("GET", path);
    all.push(...page.sessions);
    cursor = page.nextCursor ?? "";
  } while (cursor !== "");
  return all;
}

function equalSessions(name: string, here: Session[], there: Session[]): string[] {
  const known = new Map(there.map((session) => [session.id, session]));
  const missing = here
    .filter(({ id }) => !known.has(id))
    .map(({ id }) => `${name}: the cloud does not know session ${id}`);
  const own = new Set(here.map(({ id }) => id));
  const invented = there
    .filter(({ id }) => !own.has(id))
    .map(({ id }) => `${name}: the hub does not know session ${id}`);
  const different = here.flatMap((session) => {
    const other = known.get(session.id);
    const [a, b] = [JSON.stringify(booksOf(session)), other && JSON.stringify(booksOf(other))];
    return b === undefined || a === b
      ? []
      : [`${name}: session ${session.id} is ${a} at the hub and ${b} at the cloud`];
  });
  const twice = there.length === known.size ? [] : [`${name}: the cloud lists a session twice`];
  return [...missing, ...invented, ...different, ...twice];
}

/** At one connector each session begins where the one before it ended, or later. */
function soundMeters(name: string, sessions: Session[]): string[] {
  const places = new Set(sessions.map(({ cpId }) => cpId));
  return [...places].flatMap((cpId) => {
    const list = sessions.filter((session) => session.cpId === cpId);
    const inOrder = list.toSorted((a, b) => a.meterStart - b.meterStart || (a.meterStop ?? 0) - (b.meterStop ?? 0));
    return inOrder.flatMap((session, index) => {
      const open = session.endedAt === null ? [`${name}: session ${session.id} of ${cpId} is still open`] : [];
      const sum = (session.meterStop ?? 0) - session.meterStart;
      const energy =
        session.energyWh === sum ? [] : [`${name}: session ${session.id} has ${session.energyWh} Wh of ${sum}`];
      const before = inOrder[index - 1];
      const overlaps = before && (before.meterStop ?? Infinity) > session.meterStart;
      return [
        ...open,
        ...energy,
        ...(overlaps ? [`${name}: ${before.id} and ${session.id} of ${cpId} have the same energy`] : []),
      ];
    });
  });
}

/** What each charger on a WebSocket has told is what its hub has. */
function ownBooks({ options: { name }, webSockets }: Site, sessions: Session[]): string[] {
  return webSockets.flatMap(({ cpId, told }) => {
    const known = sessions.filter((session) => session.cpId === cpId);
    const lost = told.flatMap(({ transactionId, meterStart, meterStop }) => {
      const session = known.find((each) => each.transactionId === transactionId);
      const same = session?.meterStart === meterStart && session.meterStop === meterStop;
      return same
        ? []
        : [
            `${name}: ${cpId} told transaction ${transactionId} from ${meterStart} to ${meterStop} Wh, the hub has ${JSON.stringify(session && booksOf(session))}`,
          ];
    });
    const more =
      known.length === told.length
        ? []
        : [`${name}: ${cpId} told ${told.length} transactions, the hub has ${known.length}`];
    return [...lost, ...more];
  });
}

/** What a meter counted is what its sessions add up to: nothing flows without a session. Of meters that begin anew with their charger nothing can be said. */
async function registers({ options: { name }, chargers }: Site, sessions: Session[]): Promise<string[]> {
  const findings = await Promise.all(
    chargers.map(async (charger) => {
      const list = sessions.filter(({ cpId }) => cpId === charger.cpId);
      const register = await charger.registerWh();
      if (list.length === 0 || register === null) return [];
      const counted = register - Math.min(...list.map(({ meterStart }) => meterStart));
      const sold = list.reduce((all, { energyWh }) => all + energyWh, 0);
      // Each start and each stop rounds down to a Wh.
      const spare = 2 * list.length;
      if (counted >= sold - spare && counted <= sold + spare) return [];
      return [`${name}: ${charger.cpId} counted ${counted} Wh, its sessions ${sold} Wh`];
    }),
  );
  return findings.flat();
}

/** Each session is billed exactly once, to the cent; the cloud's jobs may still be at it. */
async function bills(
  db: pg.Client,
  { options: { name, siteId } }: Site,
  sessions: Session[],
  patienceS: number,
): Promise<string[]> {
  const read = async () => {
    const { rows } = await db.query<{ session_id: string; amount: number; billed: boolean }>(
      `select b.session_id, b.billed_revision >= b.revision as billed, coalesce(c.net + c.vat, 0)::integer as amount
       from session_bills b left join charges c on c.id = b.charge_id where b.site_id = $1`,
      [siteId],
    );
    return rows;
  };
  const due = sessions.filter(({ cost }) => cost.amount > 0);
  const settled = async () => {
    const done = new Set((await read()).filter(({ billed }) => billed).map((row) => row.session_id));
    return due.every(({ id }) => done.has(id));
  };
  await until(`${name}'s sessions are billed`, settled, patienceS).catch(() => {});
  const billed = new Map((await read()).map(({ session_id: id, amount }) => [id, amount]));
  const differing = due.filter(({ id, cost }) => billed.get(id) !== cost.amount);
  const { rows } = await db.query<{ twice: number }>(
    "select count(*)::integer - count(distinct key)::integer as twice from charges where site_id = $1",
    [siteId],
  );
  return [
    ...differing.map(
      ({ id, cost }) => `${name}: session ${id} cost ${cost.amount} and was billed ${billed.get(id) ?? "never"}`,
    ),
    ...(rows[0]!.twice === 0 ? [] : [`${name}: ${rows[0]!.twice} bills were made twice`]),
  ];
}

/** Debits and credits are equal, in each entry and in all. */
async function ledger(db: pg.Client): Promise<string[]> {
  const { rows } = await db.query<{ transaction_id: string; off: string }>(
    "select transaction_id, sum(amount) as off from ledger_entries group by transaction_id, currency having sum(amount) <> 0",
  );
  return rows.map(({ transaction_id: id, off }) => `The ledger's transaction ${id} is off by ${off}`);
}

async function reservationsOf(
  db: pg.Client,
  { options: { name, siteId } }: Site,
): Promise<{ count: number; wrong: string[] }> {
  const { rows } = await db.query<{ a: string; b: string }>(
    `select a.booking as a, b.booking as b from reservations a join reservations b on a.site_id = b.site_id and a.seat = b.seat
       and a.booking < b.booking and a.held && b.held where a.site_id = $1`,
    [siteId],
  );
  const { rows: counted } = await db.query<{ count: number; disputed: number }>(
    "select count(distinct booking)::integer as count, count(*) filter (where disputed)::integer as disputed from reservations where site_id = $1 and version > 0",
    [siteId],
  );
  const { count, disputed } = counted[0]!;
  return {
    count,
    wrong: [
      ...rows.map(({ a, b }) => `${name}: ${a} and ${b} are sold for the same time`),
      ...(disputed === 0 ? [] : [`${name}: ${disputed} reservations are disputed`]),
    ],
  };
}

/** Every reservation that is still to come is in both books, at the same place and time; the last ones may still be on their way to the hub. */
async function hubsReservations(db: pg.Client, site: Site, patienceS: number): Promise<string[]> {
  const equal = async () => (await differingReservations(db, site)).length === 0;
  await until(`${site.options.name}'s reservations are in both books`, equal, patienceS).catch(() => {});
  return differingReservations(db, site);
}

async function differingReservations(db: pg.Client, site: Site): Promise<string[]> {
  const { name, siteId } = site.options;
  const { rows } = await db.query<{ booking: string; seat: string }>(
    `select booking, seat from reservations where site_id = $1 and stage <> 'ended' and version > 0
       and coalesce(sale->'use'->>'by', '') <> 'walkIn'`,
    [siteId],
  );
  const { reservations } = await site.asAdmin<{ reservations: { booking: string; seat: string }[] }>(
    "GET",
    "/api/reservations",
  );
  const [cloud, hub] = [namesOf(rows), namesOf(reservations)];
  return [
    ...[...cloud].filter((each) => !hub.has(each)).map((each) => `${name}: the hub does not know reservation ${each}`),
    ...[...hub]
      .filter((each) => !cloud.has(each))
      .map((each) => `${name}: the cloud does not know reservation ${each}`),
  ];
}

function namesOf(all: readonly { booking: string; seat: string }[]): Set<string> {
  return new Set(all.map(({ booking, seat }) => `${booking} at ${seat}`));
}
