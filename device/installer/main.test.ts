import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { temporaryFolder } from "../../shared/testing/folder";
import { buildProgram } from "../virtual/testing/build";

let folder: string;
beforeAll(buildProgram);
beforeEach(() => {
  folder = temporaryFolder();
});

interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the installer as flash.sh does, without a terminal. */
async function run(argv: string[], env: Record<string, string> = {}): Promise<Outcome> {
  const program = path.join(import.meta.dirname, "main.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program, ...argv, "--data", folder], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (data) => (out += String(data)));
  child.stderr.on("data", (data) => (err += String(data)));
  const code = await new Promise<number | null>((resolve) => {
    child.on("close", resolve);
  });
  return { code, out, err };
}

const args = ["--id", "CP1", "--hub", "http://hub.invalid:8080", "--ssid", "Garage"];

it("gives help, and a dry run that touches nothing", async () => {
  expect(await run(["--help"])).toMatchObject({ code: 0, out: expect.stringContaining("./flash.sh --id CP1") });
  const dry = await run(["--dry-run"]);
  expect(dry.code).toBe(0);
  expect(dry.out).toMatch(/\[1\/6\] firmware[^]*\[6\/6\] label: would run\nNothing was done/);
  expect(fs.readdirSync(folder)).toEqual([]);
});

it("says what is wrong in one sentence, and never a secret", async () => {
  expect(await run([...args, "--max-current", "7000"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("6 to 80"),
  });
  expect(await run(args)).toMatchObject({ code: 1, err: expect.stringContaining("environment") });
  const firmware = path.join(folder, "fw.bin");
  fs.writeFileSync(firmware, Buffer.from([0xe9, 1, 2, 3]));
  const secrets = { HUB_ADMIN_TOKEN: "s3cret-token", WIFI_PASSWORD: "s3cret-wifi" };
  const away = await run([...args, "--firmware", firmware], secrets);
  expect(away).toMatchObject({ code: 1, err: expect.stringContaining("does not answer. Is it running?") });
  expect(away.out + away.err).not.toMatch(/s3cret|\n\s+at /);
});
