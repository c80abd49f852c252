import { createServer } from "node:net";
import type { Server } from "node:net";
import { describe, expect, it } from "vitest";
import { listen } from "./server";

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
