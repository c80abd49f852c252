import { expect, it, vi } from "vitest";
import { endPush } from "./end-push";
import { startWorker } from "./sw-client";
import { pagePath, shownPush, takeOver } from "./sw-messages";

/** A registration whose states a test sets. */
function workers(controller: unknown) {
  const heard = new Map<string, () => void>();
  const hear = (type: string, listener: unknown) => void heard.set(type, listener as () => void);
  const postMessage = vi.fn();
  const installing = { addEventListener: (_: string, listener: unknown) => hear("statechange", listener) };
  const update = vi.fn(async () => Promise.reject(new Error("no line")));
  const registration = { waiting: null as unknown, installing, update, addEventListener: hear };
  const container = { register: vi.fn(async () => registration), controller, addEventListener: hear };
  return { container: container as unknown as ServiceWorkerContainer, registration, heard, postMessage };
}

it("tells of a newer version once it waits, and lets it take over when asked", async () => {
  const { container, registration, heard, postMessage } = workers({});
  const [onNew, reload] = [vi.fn<(update: () => void) => void>(), vi.fn()];
  const onShown = vi.fn<(hear: () => void) => void>();
  await startWorker(container, { onNew, reload, onShown });
  onShown.mock.calls[0]?.[0]();
  expect(registration.update).toHaveBeenCalledTimes(1);
  expect(onNew).not.toHaveBeenCalled();
  heard.get("updatefound")?.();
  registration.waiting = { postMessage };
  heard.get("statechange")?.();
  onNew.mock.calls[0]?.[0]();
  expect(postMessage).toHaveBeenCalledWith(takeOver);
  heard.get("controllerchange")?.();
  expect(reload).toHaveBeenCalledTimes(1);
});

it("says nothing of the first version, and goes without where workers are refused", async () => {
  const { container, registration } = workers(null);
  registration.waiting = {};
  const onNew = vi.fn();
  await startWorker(container, { onNew, reload: vi.fn(), onShown: vi.fn() });
  expect(onNew).not.toHaveBeenCalled();
  const refusing = { ...container, register: () => Promise.reject(new Error("no")) };
  expect(
    await startWorker(refusing as ServiceWorkerContainer, { onNew, reload: vi.fn(), onShown: vi.fn() }),
  ).toBeNull();
});

it("shows a push message, also one that it does not understand", () => {
  const text = JSON.stringify({ id: "n1", title: "Charging", body: "Garage", url: "http://cloud/sessions/1" });
  expect(shownPush(text)).toMatchObject({ title: "Charging", options: { body: "Garage", tag: "n1" } });
  for (const odd of ["", "no json", "null", "7"]) expect(shownPush(odd).title).toBe("hitchpost");
  expect(pagePath("http://cloud/sessions/1?a=b", "http://cloud")).toBe("/sessions/1?a=b");
  for (const other of ["http://elsewhere/", "javascript:1", "http://", 7, undefined]) {
    expect(pagePath(other, "http://cloud")).toBe("/");
  }
});

it("ends a browser's notifications, where it has any", async () => {
  const [close, unsubscribe] = [vi.fn(), vi.fn(async () => true)];
  const registration = {
    getNotifications: async () => [{ close }],
    pushManager: { getSubscription: async () => ({ unsubscribe }) },
  };
  await endPush({ getRegistration: async () => registration } as never);
  expect([close, unsubscribe].map((each) => each.mock.calls.length)).toEqual([1, 1]);
  await endPush(undefined);
  await endPush({ getRegistration: async () => undefined } as never);
  await endPush({ getRegistration: () => Promise.reject(new Error("no")) } as never);
  await endPush({ getRegistration: async () => ({}) } as never);
});
