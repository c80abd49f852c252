import { expect, it } from "vitest";
import { Desk } from "./testing/desk";
import { Soak } from "./testing/soak";

const desk = new Desk(15);
const key = "5a".repeat(32);
/** One round in each run of the tests; SOAK_ROUNDS for a longer one, SOAK_SPARE for bytes of the heap that are taken away before. */
const ROUNDS = Number(process.env["SOAK_ROUNDS"] ?? 1);
const SPARE = Number(process.env["SOAK_SPARE"] ?? 0);

it(
  "finds room with everything full at once, sealed frames, a line that breaks, and bursts of the longest calls",
  async () => {
    desk.central.keys = { CP1: key };
    const charger = await desk.power({ key });
    const soak = new Soak(desk.central, charger, (ms) => desk.pass(ms));
    await desk.central.expectStatus("Available");
    if (SPARE > 0) expect(charger.loadHeap(SPARE)).toBe(true);
    await soak.fill();
    for (let i = 0; i < ROUNDS; i++) await soak.round();
    expect(charger.plant.contactorClosed).toBe(true);
  },
  300_000 + ROUNDS * 60_000,
);
