import { expect, it } from "vitest";
import { instant, systemClock } from "./clock";

it("runs what is due once, and not what was cancelled", async () => {
  const seen: string[] = [];
  const cancel = systemClock.after(1, () => seen.push("cancelled"));
  cancel();
  await new Promise<void>((resolve) => {
    systemClock.after(-5, () => seen.push("late"));
    systemClock.after(2, () => seen.push("due"));
    systemClock.after(30, resolve);
    // Timers of the hub keep no process alive; the test must wait by itself.
    setTimeout(resolve, 5000).unref();
    const alive = setInterval(() => seen.length >= 2 && clearInterval(alive), 1);
  });
  expect(seen).toEqual(["late", "due"]);
});

it("tells the time as people and JSON write it", () => {
  expect(instant(0)).toBe("1970-01-01T00:00:00.000Z");
  expect(instant(systemClock.now())).toMatch(/^20\d\d-/);
});
