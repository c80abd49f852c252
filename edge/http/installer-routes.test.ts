import { afterAll, beforeAll, expect, it } from "vitest";
import type { TestHubApp } from "./testing/hub-app";
import { startHubApp } from "./testing/hub-app";

const strangers: Record<string, string>[] = [{}, { authorization: "Bearer wrong" }];

let hub: TestHubApp;
beforeAll(async () => {
  hub = await startHubApp();
});
afterAll(() => hub.close());

it("tells the admin alone where chargers find the hub", async () => {
  expect((await hub.admin("GET", "/api/installer")).json).toEqual({
    hubUrl: "http://hub-near-127.0.0.1:8080",
    mqttPort: 1883,
    publicUrl: null,
  });
  for (const headers of strangers) {
    expect((await hub.api("GET", "/api/installer", undefined, headers)).status).toBe(401);
  }
});

it("gives the admin alone the firmware of a board that there is, and of nothing else", async () => {
  const path = "/api/installer/firmware";
  const given = await hub.admin("GET", `${path}/esp32c3_bare`);
  expect([given.status, given.headers.get("content-type")]).toEqual([200, "application/octet-stream"]);
  for (const headers of strangers) {
    expect((await hub.api("GET", `${path}/esp32s3_bare`, undefined, headers)).status).toBe(401);
  }
  for (const other of ["pico", "..%2f..%2fhub", "https:%2f%2fevil.example%2fx", "toString"]) {
    expect((await hub.admin("GET", `${path}/${other}`)).status, other).toBe(400);
  }
  expect(hub.boardsAsked).toEqual(["esp32c3_bare"]);
});

it("leads to the page over TLS at the name that was asked for, which is one of its own", async () => {
  const to = (host: string) => locationAt(hub, host);
  expect(await to("192.168.1.10:8080")).toBe("https://192.168.1.10:8443/install");
  expect(await to("hitchpost.local")).toBe("https://hitchpost.local:8443/install");
  expect(await to("[fd00::1]:8080")).toBe("https://[fd00::1]:8443/install");
  const refused = await hub.app.request("/install/secure", { headers: { host: "evil.example" } });
  expect([refused.status, refused.headers.get("location")]).toEqual([421, null]);
  const known = await startHubApp({ publicUrl: "https://charge.example.com" });
  try {
    expect(await locationAt(known, "charge.example.com")).toBe("https://charge.example.com/install");
    expect(await locationAt(known, "192.168.1.10:8080")).toBe("https://192.168.1.10:8443/install");
  } finally {
    await known.close();
  }
});

async function locationAt({ app }: TestHubApp, host: string): Promise<string | null> {
  return (await app.request("/install/secure", { headers: { host } })).headers.get("location");
}
