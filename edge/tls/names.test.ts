import type { NetworkInterfaceInfo } from "node:os";
import { expect, it } from "vitest";
import { serverNames } from "./names";

const at = (...addresses: string[]) => addresses.map((address) => ({ address }) as NetworkInterfaceInfo);

it("names host, addresses and public name, the public one first, without doubles and without addresses of one link", () => {
  const interfaces = {
    lo: at("127.0.0.1", "::1"),
    eth0: at("192.168.1.5", "fe80::1", "FE80::2%eth0", "fd00::5"),
    gone: undefined,
  };
  expect(serverNames({ interfaces, hostname: "Pi.lan", publicUrl: "https://charge.example:8443/x" })).toEqual([
    "charge.example",
    "hitchpost.local",
    "localhost",
    "pi.lan",
    "pi.local",
    "127.0.0.1",
    "::1",
    "192.168.1.5",
    "fd00::5",
  ]);
  const literal = { interfaces: {}, hostname: "pi", publicUrl: "http://[2001:db8::1]:8080" };
  expect(serverNames(literal)[0]).toBe("2001:db8::1");
});

it("leaves out what is no host name, and stays small", () => {
  const many = at(...Array.from({ length: 100 }, (_, index) => `10.0.0.${index}`));
  const names = serverNames({ interfaces: { many }, hostname: "my_hub -x", publicUrl: null });
  expect(names.slice(0, 4)).toEqual(["hitchpost.local", "localhost", "127.0.0.1", "::1"]);
  expect(names).toHaveLength(60);
});
