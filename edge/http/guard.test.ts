import { describe, expect, it } from "vitest";
import { isOwnHost, isOwnOrigin } from "./guard";

const publicUrl = "https://hub.example:8443";

describe("the names a hub answers to", () => {
  it.each([
    "192.168.1.5:8080",
    "10.0.0.1",
    "[::1]:8080",
    "[fe80::1]",
    "localhost",
    "localhost:8080",
    "LOCALHOST",
    "x.localhost",
    "hitchpost.local:8080",
    "Hitchpost.Local.",
    "hub.example",
    "hub.example:8080",
  ])("%s is one", (host) => {
    expect(isOwnHost(host, publicUrl)).toBe(true);
  });

  it.each([
    undefined,
    "",
    "evil.example",
    "evil.example:8080",
    "hub.example.evil.example",
    "local",
    "evillocal",
    "xlocalhost",
    "192.168.1.5.evil.example",
    "1.2.3",
    "hub.example@evil.example",
    "hub.example:port",
    "a b",
    "[::zz]",
  ])("%s is none", (host) => {
    expect(isOwnHost(host, publicUrl)).toBe(false);
  });

  it("has no public one unless it is set", () => {
    expect(isOwnHost("hub.example", null)).toBe(false);
  });
});

describe("whose page may change something", () => {
  it.each([
    [undefined, "192.168.1.5:8080"],
    ["http://192.168.1.5:8080", "192.168.1.5:8080"],
    ["https://hub.local", "HUB.local"],
    ["https://hub.example:8443", "10.0.0.1:8080"],
  ])("%s at %s may", (origin, host) => {
    expect(isOwnOrigin(origin, host, publicUrl)).toBe(true);
  });

  it.each([
    ["null", "192.168.1.5:8080"],
    ["http://evil.example", "192.168.1.5:8080"],
    ["http://192.168.1.5", "192.168.1.5:8080"],
    ["http://192.168.1.5:9000", "192.168.1.5:8080"],
    ["ftp://192.168.1.5:8080", "192.168.1.5:8080"],
    ["http://hub.example:8443", "10.0.0.1:8080"],
    ["http://10.0.0.1", undefined],
    ["", "10.0.0.1"],
  ])("%s at %s may not", (origin, host) => {
    expect(isOwnOrigin(origin, host, publicUrl)).toBe(false);
  });
});
