import { expect, it } from "vitest";
import { networkOf } from "./client-address";

it("an address of IPv4 is one client; of IPv6 a whole network of 64 bits is, since one customer has all of it", () => {
  const networks: Record<string, string> = {
    "192.0.2.7": "192.0.2.7",
    "::ffff:192.0.2.7": "192.0.2.7",
    "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
    "2001:DB8:1:2::6": "2001:db8:1:2::/64",
    "2001:db8::1": "2001:db8:0:0::/64",
    "2001:0db8:0001:0002::": "2001:db8:1:2::/64",
    "::1": "0:0:0:0::/64",
    "fe80::1%eth0": "fe80:0:0:0::/64",
    unknown: "unknown",
  };
  for (const [address, network] of Object.entries(networks)) expect(networkOf(address)).toBe(network);
});
