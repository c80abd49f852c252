import type { NetworkInterfaceInfo } from "node:os";
import { expect, it } from "vitest";
import { addressFor, addressForChargers } from "./address";

const network = (address: string, netmask: string, internal = false): NetworkInterfaceInfo => {
  return { address, netmask, internal, family: "IPv4", mac: "00:00:00:00:00:00", cidr: null };
};
const interfaces = {
  lo: [network("127.0.0.1", "255.0.0.0", true)],
  eth0: [
    { ...network("fe80::1", "ffff::"), family: "IPv6" as const, scopeid: 2 },
    network("10.0.0.5", "255.255.255.0"),
  ],
  wlan0: [network("192.168.4.1", "255.255.0.0")],
  tun: undefined,
};

it.each([
  ["10.0.0.77", "http://10.0.0.5:8080"],
  ["::ffff:192.168.99.1", "http://192.168.4.1:8080"],
  ["127.0.0.1", "http://127.0.0.1:8080"],
  ["172.16.0.1", "http://10.0.0.5:8080"],
  ["fe80::2", "http://10.0.0.5:8080"],
  [null, "http://10.0.0.5:8080"],
])("a charger at %s reaches the hub at %s", (remote, expected) => {
  expect(addressFor(remote, { publicUrl: null, port: 8080, interfaces })).toBe(expected);
});

it("a public URL is for everybody; a machine without a network has itself", () => {
  expect(addressFor("10.0.0.7", { publicUrl: "https://hub.example", port: 1, interfaces })).toBe("https://hub.example");
  expect(addressFor(null, { publicUrl: null, port: 81, interfaces: {} })).toBe("http://127.0.0.1:81");
});

it.each([
  ["127.0.0.1", "http://10.0.0.5:8080"],
  ["::ffff:127.0.0.1", "http://10.0.0.5:8080"],
  ["::1", "http://10.0.0.5:8080"],
  ["192.168.99.1", "http://192.168.4.1:8080"],
])("somebody at %s tells a charger that the hub is at %s", (remote, expected) => {
  expect(addressForChargers(remote, { publicUrl: null, port: 8080, interfaces })).toBe(expected);
});
