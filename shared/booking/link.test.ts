import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Envelope, Link } from "./link";
import { accept, acknowledged, append, applied, newLink } from "./link";

describe("the log", () => {
  it("numbers what is appended and keeps it until it is acknowledged", () => {
    const link = append(append(newLink<string>(2), ["a"]), ["b", "c"]);
    expect(link.unacked.map(({ epoch, seq, message }) => [epoch, seq, message])).toEqual([
      [2, 1, "a"],
      [2, 2, "b"],
      [2, 3, "c"],
    ]);
    expect(acknowledged(link, { epoch: 2, seq: 2 }).unacked.map(({ seq }) => seq)).toEqual([3]);
    expect(acknowledged(link, { epoch: 1, seq: 3 })).toBe(link);
  });

  it("takes the next one of its epoch, and nothing else", () => {
    const link: Link<string> = { ...newLink(2), applied: 4 };
    const verdict = (epoch: number, seq: number) => accept(link, { epoch, seq, message: "" });
    expect([verdict(2, 5), verdict(2, 4), verdict(2, 6)]).toEqual(["apply", "repeat", "gap"]);
    expect([verdict(1, 5), verdict(3, 1)]).toEqual(["stale", "newer"]);
  });

  it("delivers each message once and in order over a line that loses, doubles and shuffles", () => {
    const step = fc.record({ which: fc.nat(7), acks: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let from = append(newLink<number>(1), [1, 2, 3, 4, 5, 6, 7, 8]);
        let to = newLink<never>(1);
        const taken: number[] = [];
        const arrive = (envelope: Envelope<number> | undefined): void => {
          if (!envelope || accept(to, envelope) !== "apply") return;
          to = applied(to);
          taken.push(envelope.message);
        };
        for (const { which, acks } of steps) {
          arrive(from.unacked[which]);
          if (acks) from = acknowledged(from, { epoch: 1, seq: to.applied });
        }
        for (const envelope of from.unacked) arrive(envelope);
        expect(taken).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      }),
    );
  });
});
