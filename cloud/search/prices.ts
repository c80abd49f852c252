import { sql } from "kysely";
import type { Money } from "../../shared/session";
import type { Tariff } from "../../shared/tariff";
import type { Db } from "../db/database";
import type { Candidate, Stay } from "./query";
import { Recent, priceOfStay } from "./stay-price";

/** Tariffs and prices that a process keeps in mind: each some kilobytes at most, and most far less. */
const TARIFFS_KEPT = 20_000;
const PRICES_KEPT = 50_000;

interface Ref {
  site_id: string;
  tariff_id: string;
  version: string;
}

/** What stays cost at places. A tariff is read once a version; what it gives for a stay is worked out once as long as it is remembered. */
export class Prices {
  private readonly tariffs = new Recent<Tariff>(TARIFFS_KEPT);
  private readonly amounts = new Recent<Money>(PRICES_KEPT);

  constructor(private readonly db: Db) {}

  /** The cheapest price of a stay at each place, by its id. */
  async of(candidates: readonly Candidate[], stay: Stay): Promise<Map<string, Money>> {
    const refs = await this.refsOf(candidates);
    await this.readMissing([...refs.values()].flatMap((ofSite) => [...ofSite.values()]));
    return new Map(
      candidates.map((candidate) => {
        const ofSite = refs.get(candidate.siteId);
        const wanted = new Set(candidate.tariffIds.map((id) => id ?? candidate.defaultTariffId));
        const amounts = [...wanted].map((id) =>
          this.priceOf(candidate, id === null ? undefined : ofSite?.get(id), stay),
        );
        const cheapest = amounts.toSorted((a, b) => a.amount - b.amount)[0];
        return [candidate.siteId, cheapest ?? { amount: 0, currency: candidate.currency }];
      }),
    );
  }

  private priceOf(candidate: Candidate, ref: Ref | undefined, stay: Stay): Money {
    const tariff = ref && this.tariffs.get(keyOf(ref));
    if (!ref || !tariff) return { amount: 0, currency: candidate.currency };
    const key = `${keyOf(ref)} ${candidate.powerW} ${stay.energyWh} ${stay.minutes} ${dependsOnTime(tariff) ? stay.startMs : ""}`;
    const known = this.amounts.get(key);
    if (known) return known;
    const price = priceOfStay(tariff, stay, candidate.powerW, candidate.timeZone);
    this.amounts.set(key, price);
    return price;
  }

  private async refsOf(candidates: readonly Candidate[]): Promise<Map<string, Map<string, Ref>>> {
    const siteIds = candidates.map(({ siteId }) => siteId);
    const { rows } = await sql<Ref>`
      select site_id, tariff_id, (extract(epoch from updated_at) * 1000)::text as version from tariffs where site_id = any(${siteIds}::uuid[])`.execute(
      this.db,
    );
    const refs = new Map<string, Map<string, Ref>>();
    for (const row of rows) {
      const ofSite = refs.get(row.site_id) ?? new Map<string, Ref>();
      refs.set(row.site_id, ofSite.set(row.tariff_id, row));
    }
    return refs;
  }

  private async readMissing(refs: readonly Ref[]): Promise<void> {
    const missing = refs.filter((ref) => this.tariffs.get(keyOf(ref)) === undefined);
    if (missing.length === 0) return;
    const rows = await this.db
      .selectFrom("tariffs")
      .select(["site_id", "tariff_id", "tariff"])
      .where("site_id", "in", [...new Set(missing.map(({ site_id }) => site_id))])
      .execute();
    const found = new Map(rows.map((row) => [`${row.site_id} ${row.tariff_id}`, row.tariff]));
    for (const ref of missing) {
      const tariff = found.get(`${ref.site_id} ${ref.tariff_id}`);
      if (tariff) this.tariffs.set(keyOf(ref), tariff);
    }
  }
}

const keyOf = ({ site_id, tariff_id, version }: Ref) => `${site_id} ${tariff_id} ${version}`;

/** Whether when a session starts can change what it costs. */
function dependsOnTime({ elements, start_date_time: from, end_date_time: until }: Tariff): boolean {
  return from !== undefined || until !== undefined || elements.some(({ restrictions }) => restrictions !== undefined);
}
