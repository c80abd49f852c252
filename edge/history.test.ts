import { describe, expect, it } from "vitest";
import { AppError } from "../shared/error";
import type { HubArchiveStore } from "./history";
import { firstKept, journalAfter } from "./history";
import { idOf, status } from "./http/testing/events";

/** A journal of so many events, of which those before `first` are gone. */
function journal(count: number, first = 1): Pick<HubArchiveStore, "read"> {
  const events = Array.from({ length: count }, (_, index) => {
    return { ...status("CP1", 1, "Available"), id: idOf(index + 1), seq: index + 1, at: "2026-11-21T12:00:00.000Z" };
  });
  return {
    read: async (seq, limit) => {
      if (seq + 1 < first) throw new AppError("journal_gone", "gone", { details: { firstSeq: first } });
      return { prev: "", events: events.slice(seq, seq + limit) as never };
    },
  };
}

async function seqs(source: Pick<HubArchiveStore, "read">, after: number): Promise<number[]> {
  const found: number[] = [];
  for await (const event of journalAfter(source, after)) found.push(event.seq);
  return found;
}

describe("the journal after a place", () => {
  it("comes whole, in order, over many pieces", async () => {
    expect(await seqs(journal(1203), 0)).toEqual(Array.from({ length: 1203 }, (_, index) => index + 1));
    expect(await seqs(journal(3), 3)).toEqual([]);
  });

  it("begins where the journal does, if that is later", async () => {
    expect(await seqs(journal(8, 6), 2)).toEqual([6, 7, 8]);
  });

  it("does not swallow other errors, nor run in circles", async () => {
    const broken = { read: () => Promise.reject(new Error("disk")) };
    await expect(seqs(broken, 0)).rejects.toThrow("disk");
    const odd = { read: () => Promise.reject(new AppError("journal_gone", "gone", { details: { firstSeq: 1 } })) };
    await expect(seqs(odd, 5)).rejects.toThrow("gone");
  });
});

it("reads from an error where the journal begins", () => {
  expect(firstKept(new AppError("journal_gone", "gone", { details: { firstSeq: 9 } }))).toBe(9);
  expect(firstKept(new AppError("journal_gone", "gone"))).toBeNull();
  expect(firstKept(new AppError("else", "else", { details: { firstSeq: 9 } }))).toBeNull();
  expect(firstKept(new Error("x"))).toBeNull();
});
