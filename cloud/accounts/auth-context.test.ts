import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as turn } from "node:timers/promises";
import {
  getCurrentAuthContextAsyncLocalStorage,
  getCurrentDBAdapterAsyncLocalStorage,
  getRequestStateAsyncLocalStorage,
} from "@better-auth/core/context";
import { describe, expect, it } from "vitest";
import "./auth";
import { restBetweenRuns } from "./auth-context";

class Watched extends AsyncLocalStorage<string> {
  rests = 0;

  override disable(): void {
    this.rests += 1;
    super.disable();
  }
}

describe("a storage of better-auth", () => {
  it("is known to every step of each run, and rests when the last one is over", async () => {
    const storage = new Watched();
    restBetweenRuns(storage);
    restBetweenRuns(storage);
    const call = (name: string, turns: number): Promise<string[]> =>
      storage.run(name, async () => {
        const seen: string[] = [];
        for (let n = 0; n < turns; n++) {
          await turn();
          seen.push(String(storage.getStore()));
        }
        if (name === "outer") seen.push(...(await call("inner", 2)), String(storage.getStore()));
        return seen;
      });
    expect(await Promise.all([call("short", 1), call("outer", 3), call("long", 9)])).toEqual([
      ["short"],
      ["outer", "outer", "outer", "inner", "inner", "outer"],
      Array.from({ length: 9 }, () => "long"),
    ]);
    expect([storage.rests, storage.getStore()]).toEqual([1, undefined]);
    await expect(storage.run("thrown", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(storage.rests).toBe(2);
    expect(await call("again", 1)).toEqual(["again"]);
    expect(storage.rests).toBe(3);
  });

  it("is made to rest, each of them", async () => {
    const storages = await Promise.all([
      getCurrentAuthContextAsyncLocalStorage(),
      getCurrentDBAdapterAsyncLocalStorage(),
      getRequestStateAsyncLocalStorage(),
    ]);
    expect(storages.map((storage) => Object.hasOwn(storage, "run"))).toEqual([true, true, true]);
  });
});
