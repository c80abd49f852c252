import type { ColumnType, JSONColumnType } from "kysely";
import type { Tariff } from "../../shared/tariff";

/** Each version that a tariff ever had; `cloud/migrations/0009-tariffs.ts` makes it. `tariffs` has the one that holds. */
interface TariffVersionTable {
  site_id: string;
  tariff_id: string;
  version: number;
  effective_from: ColumnType<Date, Date | string, never>;
  tariff: JSONColumnType<Tariff, string, string>;
  created_by: string | null;
  created_at: ColumnType<Date, Date | string, never>;
}

export interface TariffTables {
  tariff_versions: TariffVersionTable;
}
