import { expect, it, vi } from "vitest";
import { finishLeaving, keepUser, leave, whoIs } from "./who";

function memory() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}
const alex = { id: "a", email: "a@b.c", name: "Alex" };
const mira = { id: "m", email: "m@b.c", name: "Mira" };
const bookings = "hitchpost bookings";
const noLine = { ok: false as const, error: { code: "network", detail: "" } };

it("opens without a line for whoever was there last, and for nobody once the cloud says so", () => {
  const store = memory();
  expect(whoIs(noLine, store)).toBeNull();
  expect(whoIs({ ok: true, value: { user: alex } }, store)).toEqual(alex);
  store.setItem(bookings, "[]");
  expect(whoIs(noLine, store)).toEqual(alex);
  expect(whoIs({ ok: true, value: { user: alex } }, store)).toEqual(alex);
  expect(store.items.has(bookings)).toBe(true);
  expect(whoIs({ ok: true, value: null }, store)).toBeNull();
  expect([...store.items.keys()]).toEqual([]);
  store.setItem("hitchpost user", "{");
  expect(whoIs(noLine, store)).toBeNull();
});

it("forgets what one had when another comes", () => {
  const store = memory();
  keepUser(store, alex);
  store.setItem(bookings, "[1]");
  keepUser(store, { ...alex, name: "Alexandra" });
  expect(store.items.get(bookings)).toBe("[1]");
  keepUser(store, mira);
  expect(store.items.has(bookings)).toBe(false);
  expect(whoIs(noLine, store)).toEqual(mira);
});

it("wipes everything at once when signing out, and tells the cloud later where it did not hear", async () => {
  const store = memory();
  keepUser(store, alex);
  store.setItem(bookings, "[1]");
  const signOut = vi.fn(async () => noLine as never);
  await leave(signOut, store);
  expect(store.items.has(bookings)).toBe(false);
  // The cookie may still be good: nobody is shown until the cloud has heard.
  expect(whoIs(noLine, store)).toBeNull();
  // A cloud that is out of order has not signed anybody out.
  await finishLeaving(async () => ({ ok: false, error: { code: "internal", detail: "" } }), store);
  expect(whoIs(noLine, store)).toBeNull();
  expect(store.items.size).toBe(1);
  await finishLeaving(async () => ({ ok: true, value: null }), store);
  expect([...store.items.keys()]).toEqual([]);
  await finishLeaving(signOut, store);
  expect(signOut).toHaveBeenCalledTimes(1);
});

it("is done with leaving where the cloud says that nobody is signed in", async () => {
  const store = memory();
  await leave(async () => ({ ok: false, error: { code: "unauthorized", detail: "" } }), store);
  expect(store.items.size).toBe(0);
});

it("works on where nothing can be kept", () => {
  const store = memory();
  const full = {
    ...store,
    setItem: () => {
      throw new Error("full");
    },
  };
  expect(() => keepUser(full, alex)).not.toThrow();
});
