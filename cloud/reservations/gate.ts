import { sql } from "kysely";
import { batched } from "../db/batched";
import type { Deps } from "../deps";
import type { Wish } from "./offer";
import type { Refusal } from "./sell";
import { refused } from "./sell";

/** Of one site so many buyers at a time are let through to the sale; its sales wait for one another anyway, and should not hold every connection while they do. */
const AT_ONCE = 8;
/** Whoever takes longer waits for a hub or a payment service, and for no lock: the next is let in. */
const TURN_MS = 500;

interface Buyer extends Wish {
  siteId: string;
  /** Of the call; null: it is not repeated. */
  key: string | null;
}

type Gate = <T>(buyer: Buyer, work: () => Promise<T>) => Promise<T>;

/**
 * Where buyers of this process wait for their turn, site by site, the first first; and whoever comes for what is taken is told so there, by one look that many
 * share, without a transaction and without a write. Throws AppErrors as `refused`, and what the work throws.
 */
export function createGate({ db, now }: Pick<Deps, "db" | "now">): Gate {
  const sites = new Map<string, { inside: number; waiting: (() => void)[] }>();
  const look = batched<Buyer, Refusal | null>(
    ({ siteId, class: kind, type, from, to, key }) => JSON.stringify([siteId, kind, type, from, to, key]),
    (buyers) => refusals(db, buyers, now()),
  );

  /** Gives what ends the turn. */
  async function turn(siteId: string): Promise<() => void> {
    const site = sites.get(siteId) ?? { inside: 0, waiting: [] };
    sites.set(siteId, site);
    if (site.inside < AT_ONCE) site.inside += 1;
    else await new Promise<void>((resolve) => site.waiting.push(resolve));
    let isInside = true;
    const leave = () => {
      clearTimeout(timer);
      if (!isInside) return;
      isInside = false;
      const next = site.waiting.shift();
      if (next) return next();
      site.inside -= 1;
      if (site.inside === 0) sites.delete(siteId);
    };
    const timer = setTimeout(leave, TURN_MS);
    return leave;
  }

  return async (buyer, work) => {
    const leave = await turn(buyer.siteId);
    try {
      // PostgreSQL takes no NUL; no class has one, which the sale says.
      const refusal = buyer.class.includes("\0") ? null : await look(buyer);
      if (refusal !== null) throw refused(refusal);
      return await work();
    } finally {
      leave();
    }
  };
}

/**
 * Why each wish is refused, as `reservation_sell` would say; null: it is not, or that is not for everybody to know, as at a private site, or it was this call that bought, or the hub may
 * be asked. Then the sale decides.
 */
async function refusals(db: Deps["db"], buyers: readonly Buyer[], now: number): Promise<(Refusal | null)[]> {
  const column = <T>(of: (buyer: Buyer) => T) => buyers.map(of);
  const { rows } = await sql<{ why: Refusal | null }>`
    select case
      when p.site_id is not null and (p.state <> 'approved' or p.access not in ('public', 'booked')) then null
      when w.key is not null and exists (select from reservations r where r.site_id = w.site_id and r.key = w.key) then null
      else s.why end as why
    from unnest(
      ${column(({ siteId }) => siteId)}::uuid[], ${column((each) => each.class)}::text[], ${column(({ from }) => from)}::integer[],
      ${column(({ to }) => to)}::integer[], ${column(({ type }) => type ?? null)}::text[], ${column(({ key }) => key)}::text[])
      with ordinality as w(site_id, class, from_slot, to_slot, type, key, place)
    left join places p on p.site_id = w.site_id
    cross join lateral (
      select case when bool_or(each.why is null or each.why = 'not_owner') then null else (array_agg(each.why order by each.place desc))[1] end as why
      from (
        select b.place, reservation_refusal(b.site_id, b.seat, w.from_slot, w.to_slot, ${new Date(now)}, '') as why
        from booking_seats b left join place_connectors c on c.site_id = b.site_id and c.seat = b.seat
        where b.site_id = w.site_id and b.class = w.class and not b.gone and not b.walk_in and (w.type is null or c.type = w.type)) each) s
    order by w.place`.execute(db);
  return rows.map(({ why }) => why);
}
