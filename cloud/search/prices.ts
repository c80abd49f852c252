import { sql } from "kysely";
import type { Money } from "../../shared/session";
import type { Tariff } from "../../shared/tariff";
import type { Db } from "../db/database";
import type { Candidate, Stay } from "./query";
import { Recent, priceOfStay } from "./stay-price";

/** Tariffs and prices that a process keeps in mind, and at most twice as many: each some kilobytes at most, and most far less. */
const TARIFFS_KEPT = 20_000;
const PRICES_KEPT = 50_000;

interface Row {
  site_id: string;
  mark: string;
  tariff: Tariff;
}

/** What a tariff says, whatever its id: tariffs of many places may say the same. */
interface Wording {
  /** No other wording ever had it. */
  number: number;
  tariff: Tariff;
  byTime: boolean;
}

/** What stays cost at places. A tariff is read once a version; what tariffs that say the same give for a stay is worked out once as long as it is remembered. */
export class Prices {
  private readonly tariffs = new Recent<Wording>(TARIFFS_KEPT);
  private readonly wordings = new Recent<Wording>(TARIFFS_KEPT);
  private numbers = 0;
  private readonly amounts = new Recent<Money>(PRICES_KEPT);

  constructor(private readonly db: Db) {}

  /** The cheapest price of a stay at each place, by its id. */
  async of(candidates: readonly Candidate[], stay: Stay): Promise<Map<string, Money>> {
    await this.readMissing(candidates);
    return new Map(
      candidates.map((candidate) => {
        const amounts = candidate.tariffIds.map((id) => this.priceOf(candidate, id, stay));
        const cheapest = amounts.toSorted((a, b) => a.amount - b.amount)[0] as Money;
        return [candidate.siteId, cheapest];
      }),
    );
  }

  private priceOf(candidate: Candidate, tariffId: string | null, stay: Stay): Money {
    const mark = candidate.tariffs.find((each) => each.slice(each.indexOf(" ") + 1) === tariffId);
    const known = mark && this.tariffs.get(`${candidate.siteId} ${mark}`);
    if (!known) return { amount: 0, currency: candidate.currency };
    const { number, tariff, byTime } = known;
    const when = byTime ? `${stay.startMs} ${candidate.timeZone}` : "";
    const key = `${number} ${candidate.powerW} ${stay.energyWh} ${stay.minutes} ${when}`;
    const before = this.amounts.get(key);
    if (before) return before;
    const price = priceOfStay(tariff, stay, candidate.powerW, candidate.timeZone);
    this.amounts.set(key, price);
    return price;
  }

  /** A version that holds or is to come; one that is replaced while this is on its way costs nothing for that one answer. */
  private async readMissing(candidates: readonly Candidate[]): Promise<void> {
    const sites = candidates
      .filter(({ siteId, tariffs }) => tariffs.some((mark) => this.tariffs.get(`${siteId} ${mark}`) === undefined))
      .map(({ siteId }) => siteId);
    if (sites.length === 0) return;
    const { rows } = await sql<Row>`
      select site_id, ${markOf("version", "updated_at", "tariff_id")} as mark, tariff from tariffs where site_id = any(${sites}::uuid[])
      union all
      select v.site_id, ${markOf("v.version", "v.created_at", "v.tariff_id")}, v.tariff
        from tariffs t join tariff_versions v using (site_id, tariff_id) where t.site_id = any(${sites}::uuid[]) and t.next_at is not null`.execute(
      this.db,
    );
    for (const { site_id: siteId, mark, tariff } of rows) this.tariffs.set(`${siteId} ${mark}`, this.wordingOf(tariff));
  }

  private wordingOf(tariff: Tariff): Wording {
    const text = JSON.stringify({ ...tariff, id: "" });
    const known = this.wordings.get(text);
    if (known) return known;
    const wording = { number: (this.numbers += 1), tariff, byTime: dependsOnTime(tariff) };
    this.wordings.set(text, wording);
    return wording;
  }
}

/** As `search_places` names a version. */
const markOf = (version: string, at: string, id: string) =>
  sql`${sql.ref(version)}::text || '@' || (extract(epoch from ${sql.ref(at)}) * 1000)::bigint::text || ' ' || ${sql.ref(id)}`;

/** Whether when a session starts can change what it costs. */
function dependsOnTime({ elements, start_date_time: from, end_date_time: until }: Tariff): boolean {
  return from !== undefined || until !== undefined || elements.some(({ restrictions }) => restrictions !== undefined);
}
