import { performance } from "node:perf_hooks";
import type pg from "pg";
import { detailsOf } from "../../../cloud/search/details";
import { findPlaces } from "../../../cloud/search/find";
import { boxAround } from "../../../cloud/search/geo";
import { Prices } from "../../../cloud/search/prices";
import type { Search } from "../../../cloud/search/query";
import type { Db } from "../../../cloud/db/database";
import type { ConnectorType } from "../../../shared/connector-types";
import { LIMIT, RADIUS_KM } from "./questions";
import type { Question } from "./questions";

/** Asks a question of the search's own code without HTTP, and gives the ms that its statements took together. */
export function watchStatements(db: Db, pool: pg.Pool): { ask(question: Question): Promise<number> } {
  let spent = 0;
  const watched = new WeakSet<pg.PoolClient>();
  pool.on("acquire", (client) => {
    if (watched.has(client)) return;
    watched.add(client);
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    const timed = async (...args: unknown[]) => {
      const start = performance.now();
      try {
        return await query(...args);
      } finally {
        spent += performance.now() - start;
      }
    };
    // The yardstick's own statements come with a callback.
    Object.assign(client, { query: (...args: unknown[]) => (isCallback(args) ? query(...args) : timed(...args)) });
  });
  const prices = new Prices(db);
  return {
    async ask(question) {
      spent = 0;
      const types = [question.type as ConnectorType];
      const { found } = await findPlaces(db, prices, searchOf(question, types), { limit: LIMIT }, Date.now());
      await detailsOf(db, found, types, Date.now());
      return spent;
    },
  };
}

function isCallback(args: unknown[]): boolean {
  return typeof args.at(-1) === "function";
}

function searchOf({ at, minPowerW, fromMs, toMs }: Question, types: ConnectorType[]): Search {
  return {
    box: boxAround(at, RADIUS_KM * 1000),
    from: at,
    radiusM: RADIUS_KM * 1000,
    types,
    minPowerW,
    accesses: ["public", "members", "booked"],
    minRating: 0,
    freeNow: false,
    window: { fromMs, toMs },
    openAt: null,
    stay: { startMs: fromMs, energyWh: 20_000, minutes: (toMs - fromMs) / 60_000 },
    sort: "price",
  };
}
