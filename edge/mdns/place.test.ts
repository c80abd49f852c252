import type { NetworkInterfaceInfo } from "node:os";
import { expect, test } from "vitest";
import { placeOf } from "./place";

const card = (address: string, internal = false) =>
  ({ address, internal, family: address.includes(":") ? "IPv6" : "IPv4" }) as NetworkInterfaceInfo;
const interfaces = { lo: [card("127.0.0.1", true)], eth0: [card("192.168.1.5"), card("fe80::1")], gone: undefined };
const at = (host: string) => placeOf({ host, interfaces, hostname: "pi", ports: { http: 80, mqtt: 1883 } });

test.each([
  ["0.0.0.0", ["192.168.1.5"]],
  ["::", ["192.168.1.5", "fe80::1"]],
  ["192.168.1.5", ["192.168.1.5"]],
  ["127.0.0.1", undefined],
  ["localhost", undefined],
  ["::1", undefined],
])("a hub that listens on %s is told with %s", (host, addresses) => {
  expect(at(host)?.addresses).toEqual(addresses);
});

test("page, OCPP over WebSocket and MQTT are told with their ports", () => {
  expect(at("0.0.0.0")).toMatchObject({
    instance: "hitchpost on pi",
    services: [
      { type: "_http._tcp", port: 80 },
      { type: "_ocpp._tcp", port: 80 },
      { type: "_mqtt._tcp", port: 1883 },
    ],
  });
});
