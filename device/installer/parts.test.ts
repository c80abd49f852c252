import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../shared/testing/folder";
import { comesOnline } from "./claim";
import { readConfig, UsageError, USAGE } from "./config";
import { followSelfTest, parseTestLine } from "./console";
import { checkFirmware } from "./firmware";
import type { Firmware } from "./firmware";
import { label } from "./label";
import { labelUrl } from "./label-url";
import { findFirmware } from "./node-firmware";
import type { FirmwareOptions } from "./node-firmware";
import { Esp32Model } from "./testing/esp32-model";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

describe("the firmware", () => {
  const getFirmware = async ({
    sha256,
    ...from
  }: FirmwareOptions & { sha256: string | undefined }): Promise<Firmware> =>
    checkFirmware(await findFirmware(from), sha256);
  const image = Buffer.concat([Buffer.from([0xe9]), Buffer.alloc(1000, 5)]);
  const sum = createHash("sha256").update(image).digest("hex");
  let asked: string[];
  const options = (answer: () => Response) => {
    asked = [];
    return {
      board: "esp32s3_bare" as const,
      file: undefined,
      sha256: undefined,
      cacheDir: path.join(folder, "cache"),
      fetch: async (url: string | URL | Request): Promise<Response> => {
        asked.push(String(url));
        return answer();
      },
    };
  };
  const found = () => new Response(image);

  it("is downloaded once, recorded, and said to be unverified", async () => {
    const from = options(found);
    expect(await getFirmware(from)).toEqual({ data: image, sha256: sum, verified: false });
    expect(await getFirmware(from)).toMatchObject({ sha256: sum });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain("devicescript-esp32s3-esp32s3_bare-0x0.bin");
  });

  it("is not taken when what was kept has changed", async () => {
    const from = options(found);
    await getFirmware(from);
    fs.appendFileSync(path.join(from.cacheDir, "devicescript-esp32s3-esp32s3_bare-0x0.bin"), "x");
    await expect(getFirmware(from)).rejects.toMatchObject({ code: "bad_checksum" });
  });

  it("is compared with a checksum that is given", async () => {
    const from = options(found);
    expect(await getFirmware({ ...from, sha256: sum.toUpperCase() })).toMatchObject({ verified: true });
    await expect(getFirmware({ ...from, sha256: "0".repeat(64) })).rejects.toMatchObject({ code: "bad_checksum" });
  });

  it("is taken from a file, if it is one", async () => {
    const file = path.join(folder, "own.bin");
    const from = options(found);
    await expect(getFirmware({ ...from, file })).rejects.toMatchObject({ code: "no_firmware" });
    fs.writeFileSync(file, "<html>not found</html>");
    await expect(getFirmware({ ...from, file })).rejects.toMatchObject({ code: "bad_firmware" });
    fs.writeFileSync(file, image);
    expect(await getFirmware({ ...from, file })).toMatchObject({ sha256: sum });
    fs.writeFileSync(file, Buffer.alloc(0x1c0001, 0xe9));
    await expect(getFirmware({ ...from, file })).rejects.toMatchObject({ code: "bad_firmware" });
    expect(asked).toEqual([]);
  });

  it("says what to do without a network", async () => {
    const away = options(() => {
      throw new TypeError("fetch failed");
    });
    await expect(getFirmware(away)).rejects.toMatchObject({
      code: "no_network",
      message: expect.stringContaining("--firmware"),
    });
    await expect(getFirmware(options(() => new Response("", { status: 404 })))).rejects.toMatchObject({
      code: "no_network",
    });
  });
});

async function never(): Promise<string> {
  throw new Error("nobody should be asked");
}

describe("the command line", () => {
  const good = ["--id", "CP1", "--hub", "http://192.168.1.10:8080", "--ssid", "Garage"];
  const env = { HUB_ADMIN_TOKEN: "t0ken", WIFI_PASSWORD: "12345678" };

  it("takes secrets from the environment", async () => {
    const config = await readConfig([...good, "--fixed-cable", "32", "--sha256", "a".repeat(64)], never, env);
    expect(config).toMatchObject({
      token: "t0ken",
      wifiPassword: "12345678",
      fixedCableA: 32,
      maxCurrentA: 16,
      phases: 1,
    });
    expect(await readConfig([...good, "--phases", "3"], never, env)).toMatchObject({ phases: 3 });
    await expect(readConfig([...good, "--phases", "2"], never, env)).rejects.toThrow("1 or 3");
    expect(config).toMatchObject({ mqttPort: 1883, board: "esp32s3_bare", serial: undefined, dryRun: false });
    const full = await readConfig([...good, "--port", "/dev/x", "--firmware", "f", "--restart"], never, env);
    expect(full).toMatchObject({ serial: "/dev/x", firmware: "f", restart: true });
  });

  it("asks for what the environment has not, and for nothing in a dry run", async () => {
    const asked: string[] = [];
    const ask = async (question: string): Promise<string> => {
      asked.push(question);
      return "asked-for";
    };
    expect(await readConfig(good, ask, {})).toMatchObject({ token: "asked-for", wifiPassword: "asked-for" });
    expect(asked).toHaveLength(2);
    expect(await readConfig([...good, "--dry-run"], never, {})).toMatchObject({ dryRun: true, token: "" });
  });

  it("gives help, and knows no option for a secret", async () => {
    expect(await readConfig(["--help"], never, {})).toBeUndefined();
    expect(USAGE).not.toMatch(/--(password|token|psk|key)/);
    for (const option of ["--token", "--wifi-password", "--key"]) {
      await expect(readConfig([...good, option, "x"], never, env)).rejects.toThrow(UsageError);
    }
  });

  const wrong: [string, string[]][] = [
    ["no id", good.slice(2)],
    ["a bad id", ["--id", "a b", ...good.slice(2)]],
    ["no hub", good.slice(0, 2)],
    ["a hub that is no address", [...good, "--hub", "hub"]],
    ["a hub of another kind", [...good, "--hub", "mqtt://1.2.3.4"]],
    ["a hub that only this computer reaches", [...good, "--hub", "http://localhost:8080"]],
    ["a long ssid", [...good, "--ssid", "x".repeat(33)]],
    ["another board", [...good, "--board", "pico"]],
    ["a short checksum", [...good, "--sha256", "abc"]],
    ["a name that is too long", [...good, "--name", "x".repeat(61)]],
    ["too much current", [...good, "--max-current", "100"]],
    ["half an ampere", [...good, "--max-current", "6.5"]],
    ["a stray word", [...good, "now"]],
  ];
  it.each(wrong)("refuses %s", async (_what, argv) => {
    await expect(readConfig(argv, never, env)).rejects.toThrow(UsageError);
  });

  it("refuses a Wi-Fi password that cannot be one, and an empty token", async () => {
    await expect(readConfig(good, never, { ...env, WIFI_PASSWORD: "short" })).rejects.toMatchObject({
      code: "bad_wifi_password",
    });
    await expect(readConfig(good, never, { ...env, HUB_ADMIN_TOKEN: "" })).rejects.toMatchObject({ code: "no_token" });
    expect(await readConfig(good, never, { ...env, WIFI_PASSWORD: "" })).toMatchObject({ wifiPassword: "" });
  });
});

describe("the console", () => {
  it("is text between frames, of which only the self-test counts", () => {
    expect(parseTestLine("\x00\x7fselftest relay ok: stays open")).toEqual({
      step: "relay",
      state: "ok",
      info: "stays open",
    });
    expect(parseTestLine("> selftest rcd failed: reads as tripped\x00\x01")).toMatchObject({ state: "failed" });
    expect([parseTestLine("> selftest passed"), parseTestLine("selftest not passed ")]).toEqual([
      "passed",
      "not passed",
    ]);
    expect(parseTestLine("> hub connected")).toBeUndefined();
  });

  it("is read in whatever pieces it comes, and let go at the end", async () => {
    const port = new Esp32Model();
    const steps: string[] = [];
    const done = followSelfTest(port, (line) => steps.push(line.step), 60_000);
    for (const piece of ["selftest re", "lay ok: x\r", "\nselftest meter failed: y\nselftest not pas", "sed\n"]) {
      await new Promise((resolve) => setImmediate(resolve));
      port.print(piece);
    }
    expect(await done).toBe(false);
    expect(steps).toEqual(["relay", "meter"]);
    expect(port.readable).toBeNull();
  });

  it("names a port that cannot be read", async () => {
    const port = new Esp32Model();
    port.open = async () => undefined;
    await expect(followSelfTest(port, () => undefined, 10)).rejects.toMatchObject({ code: "port_busy" });
  });
});

it("a hub that is away for a moment is asked again", async () => {
  let asked = 0;
  const request = async (): Promise<Response> => {
    if (asked++ === 0) throw new TypeError("fetch failed");
    return Response.json({ chargePoints: [{ cpId: "CP1", online: true }] });
  };
  expect(await comesOnline("http://127.0.0.1:1", "t", "CP1", request, 60_000)).toBe(true);
  expect(asked).toBe(2);
});

it("a token that the hub takes no more is not called a fault of the network", async () => {
  const asked = comesOnline("http://127.0.0.1:1", "t", "CP1", async () => new Response(null, { status: 401 }), 60_000);
  await expect(asked).rejects.toMatchObject({ code: "wrong_token" });
});

it("a label leads to the charger's own page", () => {
  const text = label("CP 1", labelUrl("http://192.168.1.10:8080/", "CP 1"));
  expect(text).toContain("http://192.168.1.10:8080/c/CP%201");
  expect(text.split("\n").length).toBeGreaterThan(12);
});
