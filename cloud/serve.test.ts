import { once } from "node:events";
import { createConnection } from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import { listen } from "./serve";

// The server puts its own in their place, for all test files that share this process.
const { Request, Response } = globalThis;
afterAll(() => Object.assign(globalThis, { Request, Response }));

describe("the HTTP server", () => {
  it("says that it is starting until it has something to serve", async () => {
    const server = await listen("127.0.0.1", 0);
    const url = `http://127.0.0.1:${server.port}/`;
    const early = await fetch(url);
    expect([early.status, early.headers.get("retry-after")]).toEqual([503, "1"]);
    server.serve(() => new Response("here"));
    expect(await (await fetch(url)).text()).toBe("here");
    await server.close();
    await expect(fetch(url)).rejects.toThrow();
    await server.close();
  });

  it("ends what does not end by itself", async () => {
    const server = await listen("127.0.0.1", 0);
    server.serve(() => new Promise(() => undefined));
    const socket = createConnection(server.port, "127.0.0.1");
    socket.on("error", () => undefined);
    const closed = once(socket, "close");
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(socket, "connect");
    await server.close(50);
    await closed;
  });

  it("names the variable to change where it cannot listen", async () => {
    const first = await listen("127.0.0.1", 0);
    await expect(listen("127.0.0.1", first.port)).rejects.toThrow("CLOUD_PORT");
    await expect(listen("203.0.113.1", 0)).rejects.toThrow("CLOUD_HOST");
    await expect(listen("no.such.host.invalid", 0)).rejects.toThrow("CLOUD_HOST");
    await first.close();
  });
});
