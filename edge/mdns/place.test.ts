import type { NetworkInterfaceInfo } from "node:os";
import { expect, test } from "vitest";
import { isOnLink, placeOf } from "./place";

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

test.each([
  ["192.168.1.77", true],
  ["192.168.1.5", true],
  ["127.0.0.1", true],
  ["192.168.2.77", false],
  ["8.8.8.8", false],
  ["fe80::77", true],
  ["2001:db8::1", false],
  ["no address", false],
])("who asks from %s is on the hub's networks: %s", (address, expected) => {
  const own = (cidr: string) => ({ ...card(cidr.split("/")[0]!), cidr });
  const cards = { lo: [own("127.0.0.1/8")], eth0: [own("192.168.1.5/24"), own("fe80::1/64"), card("10.0.0.1")] };
  expect(isOnLink(address, cards)).toBe(expected);
});
