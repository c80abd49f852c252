import { expect, it } from "vitest";
import { soak } from "./soak";

/** The short form of `npm run soak`, with fewer of everything. */

const MINUTES = 3;

it(
  "the books of chargers, hubs and clouds are equal after people charged and booked while things broke",
  async () => {
    const said: string[] = [];
    const size = { minutes: MINUTES, chargers: 4, hubs: 2, clouds: 4, seed: 8 };
    const { wrong, total, broken } = await soak(size, (what) => said.push(what));
    expect(wrong, said.join("\n")).toEqual([]);
    expect(total.sessions).toBeGreaterThan(0);
    expect(total.reservations).toBeGreaterThan(0);
    expect(broken.size).toBeGreaterThan(0);
  },
  (MINUTES + 20) * 60_000,
);
