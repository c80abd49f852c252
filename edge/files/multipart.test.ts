import fc from "fast-check";
import { expect, it } from "vitest";
import { boundaryOf, filePart } from "./multipart";

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text, "latin1");
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size = 7, boundary = "B"): Promise<[name: string, content: string]> {
  const { name, content } = await filePart(pieces(text, size), boundary);
  const parts: Uint8Array[] = [];
  for await (const piece of content) parts.push(piece);
  return [name, Buffer.concat(parts).toString("latin1")];
}

const part = (head: string, content: string) => `--B\r\n${head}\r\n\r\n${content}\r\n`;
const file = (content: string) =>
  part('Content-Disposition: form-data; name="f"; filename="log.txt"\r\nContent-Type: text/plain', content);

it.each([
  ["multipart/form-data; boundary=abc", "abc"],
  ['Multipart/Form-Data; charset=x; Boundary="a b"; more=1', "a b"],
  ["multipart/form-data", null],
  ["application/octet-stream", null],
  [undefined, null],
])("the boundary of %s is %s", (type, boundary) => expect(boundaryOf(type)).toBe(boundary));

it("finds the file among other fields, before and after it", async () => {
  const field = part('Content-Disposition: form-data; name="x"', "value");
  expect(await read(`${field}${file("hello")}${field}--B--\r\n`)).toEqual(["log.txt", "hello"]);
  expect(await read(`a preamble\r\n${file("")}--B--`)).toEqual(["log.txt", ""]);
  expect(await read(`${part("content-disposition: form-data; filename=plain.gz; name=f", "x")}--B--`)).toEqual([
    "plain.gz",
    "x",
  ]);
});

it("gives a file to the byte, however it is cut up", async () => {
  const text = fc.string({ unit: fc.constantFrom("\r", "\n", "-", "B", "x", "ÿ"), maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 40 }), async (content, size) => {
      fc.pre(!`\r\n${content}`.includes("\r\n--B"));
      expect(await read(`${file(content)}--B--\r\n`, size)).toEqual(["log.txt", content]);
    }),
    { numRuns: 300 },
  );
});

it.each([
  ["no file", `${part('Content-Disposition: form-data; name="x"', "value")}--B--\r\n`],
  ["an end too early", file("hello").slice(0, -4)],
  ["no boundary at all", "hello"],
  ["a head without end", `--B\r\n${"x".repeat(20_000)}`],
])("refuses a form with %s", async (_what, text) => {
  await expect(read(text, 1000)).rejects.toMatchObject({ code: "bad_upload" });
});
