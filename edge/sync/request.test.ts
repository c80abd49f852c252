import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { reach, readAnswer, refusedBy } from "./request";

let server: Server;
let url: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
});
afterEach(async () => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
});

const get = (controller = new AbortController(), to = url) =>
  reach(to, { method: "GET", headers: {}, signal: controller.signal });

describe("a request to the cloud", () => {
  it("does not follow elsewhere", async () => {
    answer = (_, response) => response.writeHead(302, { location: "http://127.0.0.1:9/" }).end("{}");
    expect(await readAnswer(await get())).toEqual({ status: 302, body: {} });
  });

  it("tells that nobody answers, over TLS as well", async () => {
    for (const to of ["http://127.0.0.1:9/", "https://127.0.0.1:9/"]) {
      await expect(get(new AbortController(), to)).rejects.toMatchObject({ code: "cloud_unreachable", status: 502 });
    }
  });

  it("ends when it is told to, before the answer and in it", async () => {
    const [before, within] = [new AbortController(), new AbortController()];
    answer = () => before.abort("enough");
    await expect(get(before)).rejects.toMatchObject({ message: expect.stringContaining("enough") });
    answer = (_, response) => void response.writeHead(200).write("{");
    const response = await get(within);
    within.abort();
    await expect(readAnswer(response)).rejects.toMatchObject({ code: "cloud_unreachable" });
  });

  it("takes no answer without end", async () => {
    answer = (_, response) => response.end("x".repeat(1_100_000));
    await expect(readAnswer(await get())).rejects.toMatchObject({ code: "bad_answer" });
  });
});

describe("a refusal", () => {
  it("is told in the cloud's words, where it has some", () => {
    const body = { error: { code: "hub_replaced", message: "Another hub." } };
    expect(refusedBy({ status: 403, body })).toMatchObject({
      message: "The cloud answered 403: Another hub.",
      details: { status: 403, code: "hub_replaced" },
    });
    for (const nothing of [null, {}, { error: {} }, { error: { code: 1, message: 2 } }]) {
      expect(refusedBy({ status: 500, body: nothing })).toMatchObject({
        message: "The cloud answered 500: no reason given",
        details: { status: 500 },
      });
    }
  });
});
