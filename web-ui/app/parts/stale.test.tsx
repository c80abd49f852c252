import { render } from "preact";
import { LocationProvider, Route, Router } from "preact-iso";
import { expect, it, vi } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { installMiniDom } from "../../testing/mini-dom";
import { AppContext } from "../context";
import type { App } from "../context";
import { lazyPage } from "../lazy-routes";
import { takeOver } from "../sw-messages";
import { appEn } from "../texts-en";
import { wordsFor } from "../words";
import { renew } from "./stale";

const storeOf = (items: Record<string, string> = {}) => ({
  getItem: (key: string) => items[key] ?? null,
  setItem: (key: string, value: string) => void (items[key] = value),
});

it("loads the app anew once, with the worker that has come, and not again soon after", async () => {
  const store = storeOf();
  const reload = vi.fn();
  const heard: (() => void)[] = [];
  const next = {
    state: "installing",
    postMessage: vi.fn(),
    addEventListener: (_: string, hear: () => void) => heard.push(hear),
  };
  const update = vi.fn(async () => Promise.reject(new Error("no line")));
  const workers = { getRegistration: async () => ({ installing: next, update }) } as never;
  void renew({ workers, store, now: 1_000_000, reload });
  await eventually(() => expect(heard).toHaveLength(1));
  next.state = "installed";
  heard[0]?.();
  expect(next.postMessage).toHaveBeenCalledWith(takeOver, []);
  expect(reload).not.toHaveBeenCalled();
  next.state = "activated";
  heard[0]?.();
  await eventually(() => expect(reload).toHaveBeenCalledTimes(1));
  await renew({ workers: undefined, store, now: 1_030_000, reload });
  expect(reload).toHaveBeenCalledTimes(1);
  void renew({ workers: undefined, store, now: 1_090_000, reload });
  await eventually(() => expect(reload).toHaveBeenCalledTimes(2));
});

it("says so where a page does not come", async () => {
  const root = installMiniDom("/x");
  Object.assign(globalThis, { sessionStorage: storeOf({ "hitchpost renewed": String(Number.MAX_SAFE_INTEGER) }) });
  const reload = vi.fn();
  Object.assign(location, { reload });
  const Lost = lazyPage(() => Promise.reject(new Error("404")));
  render(
    <AppContext.Provider value={{ words: wordsFor("en", appEn) } as unknown as App}>
      <LocationProvider>
        <Router>{[<Route key="x" path="/x" component={Lost} />]}</Router>
      </LocationProvider>
    </AppContext.Provider>,
    root,
  );
  await eventually(() => expect(root.textContent).toContain("This page did not come"));
  root.find("button", "Try again").fire("click");
  expect(reload).toHaveBeenCalledTimes(1);
  render(null, root);
});
