import { useEffect, useMemo, useState } from "preact/hooks";
import { useApp } from "../context";
import type { App } from "../context";
import { aheadApi } from "./ahead-api";
import type { AheadApi } from "./ahead-api";
import { driverApi } from "./api";
import type { DriverApi } from "./api";
import { myApi } from "./my-api";
import type { MyApi } from "./my-api";
import { keeperOf } from "./keep";
import type { Keeper } from "./keep";
import { driverTexts } from "./words";
import type { DriverT } from "./words";

/** What every page of a driver works with. */
export interface Driver extends App {
  t: DriverT;
  driver: DriverApi;
  my: MyApi;
  ahead: AheadApi;
  keeper: Keeper;
}

export function useDriver(): Driver {
  const app = useApp();
  return useMemo(
    () => ({
      ...app,
      t: driverTexts.t(),
      driver: driverApi(app.api.call),
      my: myApi(app.api.call),
      ahead: aheadApi(app.api.call),
      keeper: keeperOf(localStorage),
    }),
    [app],
  );
}

/** The clock, ticking so often; ms. */
export function useNow(now: () => number, everyMs: number): number {
  const [at, setAt] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setAt(now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return at;
}
