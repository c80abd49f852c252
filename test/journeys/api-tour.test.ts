import { execFile, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Program } from "../support/programs";
import { launch, stopEverything, temporaryFolder } from "../support/programs";

/** The README's API tour, as it is printed, at a cloud that has just been started. */

const has = (program: string) => spawnSync(program, ["--version"]).error === undefined;
const able = has("curl") && has("sed");
if (!able) console.warn("SKIPPED: the README's API tour needs curl.");

const folder = temporaryFolder();
let cloud: Program;
beforeAll(async () => {
  if (able) cloud = await launch("cloud", [], { CLOUD_PORT: "0", CLOUD_DATA: join(folder.path, "cloud") });
});
afterAll(async () => {
  await stopEverything();
  await folder.remove();
});

describe.skipIf(!able)("the README's API tour", () => {
  it("works as printed", async () => {
    const readme = await readFile(join(import.meta.dirname, "../../README.md"), "utf8");
    const printed = /### API tour\n[^]*?```sh\n([^]*?)```/.exec(readme)?.[1];
    const script = printed!.replace("http://127.0.0.1:3000", `http://127.0.0.1:${cloud.ready.http}`);
    expect(script).not.toBe(printed);
    // Line by line, as one pastes it: the first that fails ends it.
    const { stdout } = await promisify(execFile)("sh", ["-euc", script], { timeout: 120_000 });
    const lines = stdout.split("\n").filter((line) => line !== "");
    const answers = lines.flatMap((line) =>
      line.startsWith("{") ? [JSON.parse(line) as Record<string, unknown>] : [],
    );
    const one = (key: string) => answers.find((answer) => key in answer);
    expect(one("organizations")).toMatchObject({ user: { email: "ada@example.com" } });
    expect(one("defaultTariffId")).toMatchObject({ name: "Garage", defaultTariffId: "day" });
    expect(one("periods")).toMatchObject({ price: { currency: "EUR", total: 795 } });
    expect(one("places")).toMatchObject({ places: [] });
    expect(one("code")).toMatchObject({ code: expect.stringMatching(/^[A-Z2-9-]{11}$/) });
    expect(one("hubs")).toMatchObject({ hubs: [] });
    expect(lines.some((line) => line.startsWith("id,cpId,connectorId,"))).toBe(true);
    expect(answers.at(-1)).toMatchObject({ error: { code: "unauthorized" } });
  });
});
