import { createServer } from "node:net";
import type { Server } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { listen, listenOnUsual } from "./server";

const close = (server: Server) => new Promise((resolve) => server.close(resolve));

describe("listening", () => {
  it("names the setting where the port is taken", async () => {
    const [first, second] = [createServer(), createServer()];
    const port = await listen(first, "HUB_MQTT_PORT", 0, "127.0.0.1");
    await expect(listen(second, "HUB_MQTT_PORT", port, "127.0.0.1")).rejects.toMatchObject({
      code: "port_taken",
      message: expect.stringMatching(new RegExp(`^HUB_MQTT_PORT: port ${port} is taken`)),
    });
    await close(first);
  });

  it("a port that nobody chose gives way to another program's, one that was chosen does not", async () => {
    const [first, second, third] = [createServer(), createServer(), createServer()];
    const log = { warn: vi.fn() };
    const usual = await listen(first, "HUB_HTTPS_PORT", 0, "127.0.0.1");
    const other = await listenOnUsual(second, "HUB_HTTPS_PORT", { given: null, usual }, "127.0.0.1", log);
    expect([other === usual, other > 0]).toEqual([false, true]);
    expect(log.warn).toHaveBeenCalledWith(expect.stringContaining(`the hub took ${other} for now`));
    await expect(
      listenOnUsual(third, "HUB_HTTPS_PORT", { given: usual, usual }, "127.0.0.1", log),
    ).rejects.toMatchObject({
      code: "port_taken",
      message: expect.stringMatching(/^HUB_HTTPS_PORT/),
    });
    await Promise.all([first, second].map(close));
    expect(await listenOnUsual(third, "HUB_HTTPS_PORT", { given: null, usual }, "127.0.0.1", log)).toBe(usual);
    await close(third);
    await expect(
      listenOnUsual(third, "HUB_HTTPS_PORT", { given: null, usual }, "203.0.113.9", log),
    ).rejects.toMatchObject({
      code: "bad_host",
    });
  });

  it.each([
    ["EACCES", "port_forbidden"],
    ["EADDRNOTAVAIL", "bad_host"],
    ["ENOTFOUND", "bad_host"],
    ["EMFILE", "EMFILE"],
  ])("tells %s as %s", async (systemCode, code) => {
    const server = createServer();
    server.listen = () => {
      server.emit("error", Object.assign(new Error("system"), { code: systemCode }));
      return server;
    };
    await expect(listen(server, "HUB_HTTP_PORT", 80, "10.9.9.9")).rejects.toMatchObject({ code });
  });
});
