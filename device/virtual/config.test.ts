import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../shared/testing/folder";
import { idsFrom, parseArgs, USAGE, UsageError } from "./config";

describe("command line", () => {
  it("has the defaults of the contract", () => {
    expect(parseArgs(["--id", "CP1"])).toEqual({
      command: "run",
      ids: ["CP1"],
      hubHost: "127.0.0.1",
      hubPort: 1883,
      password: "",
      key: "",
      dataDir: path.resolve("data/chargers"),
      benchPort: undefined,
      sampleIntervalSec: undefined,
    });
    expect(parseArgs(["-h"])).toEqual({ command: "help" });
    expect(USAGE).toContain("--count");
  });

  it("takes every option, with = or without", () => {
    const argv = ["--id=A", "--count", "2", "--hub=mqtt://pi.local", "--password", "p=q", "--data=/tmp/x"];
    const more = ["--bench-port", "0", "--sample-interval", "5"];
    expect(parseArgs([...argv, ...more])).toMatchObject({
      ids: ["A", "A2"],
      hubHost: "pi.local",
      hubPort: 1883,
      password: "p=q",
      dataDir: "/tmp/x",
      benchPort: 0,
      sampleIntervalSec: 5,
    });
  });

  it("counts ids up", () => {
    expect(idsFrom("CP1", 3)).toEqual(["CP1", "CP2", "CP3"]);
    expect(idsFrom("A09", 3)).toEqual(["A09", "A10", "A11"]);
    expect(idsFrom("BOX", 2)).toEqual(["BOX", "BOX2"]);
  });

  it("reads a password file", () => {
    const file = path.join(temporaryFolder(), "p");
    fs.writeFileSync(file, "secret\n");
    expect(parseArgs(["--id", "A", "--password-file", file])).toMatchObject({ password: "secret" });
  });

  it.each<[string, string]>([
    ["", "--id is missing"],
    ["--id", "--id needs a value"],
    ["--nonsense 1", "Unknown option --nonsense"],
    ["--id A --time-scale 10", "Unknown option --time-scale"],
    ["--id a/b", "no charge point id"],
    ["--id A --count 0", "--count takes a number"],
    ["--id A --count 1.5", "whole number"],
    ["--id A --count x", "--count takes a number"],
    ["--id A --hub http://x", "--hub takes mqtt://"],
    ["--id A --hub nonsense", "--hub takes mqtt://"],
    ["--id A --hub mqtt:///x", "--hub takes mqtt://"],
    ["--id A --hub mqtts://x", "plain MQTT only"],
    ["--id A --key k", "--key: ENOENT"],
    ["--id A --key k --password p", "not both"],
    ["--id A --key package.json", "must hold 64 hex digits"],
    ["--id A --password p --password-file f", "not both"],
    ["--id A --password-file /nowhere/x", "--password-file"],
    [`--id A --password ${"p".repeat(129)}`, "longer than"],
    ["dance CP1", "Unknown command"],
    ["plug", "needs a charge point id"],
    ["tap CP1", "needs an id tag"],
    ["fault CP1 fire on", "emergencyStop or caseOpen"],
    ["fault CP1 caseOpen", '"on" or "off"'],
    ["network CP1 maybe", '"on" or "off"'],
    ["plug CP1 --soc 101", "--soc takes a number"],
  ])("says what is wrong with %o", (line, message) => {
    const parse = (): unknown => parseArgs(line === "" ? [] : line.split(" "));
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(message);
  });

  it.each<[string, string, unknown]>([
    ["plug CP1", "plug", {}],
    ["plug CP1 --soc 80 --battery 40", "plug", { soc: 0.8, batteryWh: 40000 }],
    ["unplug CP1", "unplug", {}],
    ["tap CP1 CARD", "tap", { idTag: "CARD" }],
    ["fault CP1 emergencyStop on", "fault", { emergencyStop: true }],
    ["fault CP1 caseOpen off", "fault", { caseOpen: false }],
    ["network CP1 off", "network", { cut: true }],
    ["button CP1", "button", {}],
    ["reset CP1", "reset", {}],
  ])("turns %s into a request", (line, action, body) => {
    expect(parseArgs([...line.split(" "), "--bench-port", "9000"])).toEqual({
      command: "bench",
      action,
      id: "CP1",
      body,
      benchPort: 9000,
    });
  });

  it("takes a key for sealed frames from a file", () => {
    const file = path.join(temporaryFolder(), "key");
    fs.writeFileSync(file, `${"aB".repeat(32)}\n`);
    expect(parseArgs(["--id", "A", "--key", file])).toMatchObject({ key: "aB".repeat(32), password: "" });
  });

  it("lists", () => {
    expect(parseArgs(["list"])).toMatchObject({ action: "list", id: "" });
  });
});
