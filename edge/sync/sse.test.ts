import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEvents } from "./sse";

async function* pieces(...texts: (string | Uint8Array)[]) {
  for (const text of texts) yield typeof text === "string" ? new TextEncoder().encode(text) : text;
}
async function read(...texts: (string | Uint8Array)[]) {
  const found = [];
  for await (const event of readEvents(pieces(...texts))) found.push(event);
  return found;
}

describe("server-sent events", () => {
  it("are read with any line end, comments and unknown fields passed over, the id kept", async () => {
    expect(
      await read(": hello\n\nid: 1\ndata: a\r\n\r\nevent: x\rdata:b\rdata: c\r\rid\ndata\n\nretry: 5\n\n"),
    ).toEqual([
      { id: "1", data: "a" },
      { id: "1", data: "b\nc" },
      { id: "", data: "" },
    ]);
  });

  it("are nothing until they are whole", async () => {
    expect(await read("id: 1\ndata: a\n")).toEqual([]);
    expect(await read()).toEqual([]);
  });

  it("are the same however they are cut, also within a letter", () => {
    const text = 'id: 7\r\ndata: {"name":"Grüße \u{1f50c}"}\r\n\r\n:\r\nid: 8\ndata: x\n\n';
    const bytes = new TextEncoder().encode(text);
    return fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (places) => {
        const cuts = [0, ...places.toSorted((a, b) => a - b), bytes.length];
        const parts = cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
        expect(await read(...parts)).toEqual([
          { id: "7", data: '{"name":"Grüße \u{1f50c}"}' },
          { id: "8", data: "x" },
        ]);
      }),
    );
  });

  it("say that the line is alive with each piece", async () => {
    let count = 0;
    for await (const _ of readEvents(pieces(":\n", ":\n"), () => (count += 1)));
    expect(count).toBe(2);
  });

  it("are cut off where they grow without end", async () => {
    const long = "x".repeat(600_000);
    await expect(read(`data: ${long}`, long)).rejects.toThrow("line of the feed is too long");
    await expect(read(`data: ${long}\n`, `data: ${long}\n`)).rejects.toThrow("message of the feed is too long");
  });
});
