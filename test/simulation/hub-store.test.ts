import { expect, it } from "vitest";
import { replay } from "./hub-store";
import type { Rules } from "./rules";
import { production } from "./rules";
import { anyFell, run } from "./run";
import { Tape } from "./tape";

const SEEDS = 200;
/** A busy machine takes longer, and is right all the same. */
const PATIENCE_MS = 20 * 60_000;

function recorded(seed: number, rules: Rules): Tape {
  const tape = new Tape();
  run(seed, rules, anyFell, false, tape);
  return tape;
}

it(`the hubs of ${SEEDS} runs do the same on the real store`, { timeout: PATIENCE_MS }, async () => {
  const happened = { commits: 0, written: 0, lost: 0, replaced: 0, starts: 0 };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const tape = recorded(seed, production);
    for (const { kind } of tape.steps) happened[kind]++;
    expect({ seed, wrong: await replay(tape) }).toEqual({ seed, wrong: [] });
  }
  for (const [what, count] of Object.entries(happened)) expect([what, count > SEEDS]).toEqual([what, true]);
});

it("a store that does otherwise is seen", async () => {
  const forgets: Rules = {
    ...production,
    foldHub: (book, event) => (event.type === "cells.received" ? book : production.foldHub(book, event)),
  };
  const wrong = await Promise.all([1, 2, 3, 4, 5].map((seed) => replay(recorded(seed, forgets))));
  expect(wrong.flat().some((text) => text.includes("the book is not the simulation's"))).toBe(true);
});
