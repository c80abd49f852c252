import { appendFileSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { beforeEach, expect, it } from "vitest";
import { temporaryFolder } from "../../shared/testing/folder";
import { BOARDS, firmwareUrl, STORE_ADDRESS } from "../../shared/board-firmware";
import { BoardFirmware } from "./board-firmware";

const board = "esp32s3_bare";
const image = Buffer.concat([Buffer.from([0xe9]), Buffer.alloc(5000, 3)]);
const file = "https://release-assets.githubusercontent.com/x/fw.bin?sig=1";

let folder: string;
let asked: string[];
beforeEach(() => {
  folder = temporaryFolder();
  asked = [];
});

const to = (location: string) => () => new Response(null, { status: 302, headers: { location } });

/** `answers` by address; others are not there. */
function firmware(answers: Record<string, () => Response>, place = join(folder, "installer")): BoardFirmware {
  const fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    asked.push(String(url));
    expect(init?.redirect).toBe("manual");
    const answer = answers[String(url)];
    if (!answer) throw new TypeError("fetch failed");
    return answer();
  };
  return new BoardFirmware(place, fetch, pino({ level: "silent" }));
}

it("is fetched from its makers once, however many ask, and kept with its checksum", async () => {
  const source = firmware({ [firmwareUrl(board)]: to(file), [file]: () => new Response(image) });
  const [first, second] = await Promise.all([source.get(board), source.get(board)]);
  expect(Buffer.from(first).equals(image) && first === second).toBe(true);
  expect(asked).toEqual([firmwareUrl(board), file]);
  expect(Buffer.from(await firmware({}).get(board)).equals(image)).toBe(true);
  const kept = join(folder, "installer", BOARDS[board].file);
  appendFileSync(kept, "x");
  await expect(firmware({}).get(board)).rejects.toMatchObject({ code: "bad_checksum", status: 500 });
  rmSync(kept);
  await source.get(board);
  expect(asked).toHaveLength(4);
});

it("is fetched from nowhere else", async () => {
  for (const elsewhere of [
    "https://evil.example/fw.bin",
    "http://github.com/fw.bin",
    "https://github.com.evil.example/fw.bin",
    "http://127.0.0.1:8080/api/site",
    "https://evilgithubusercontent.com/fw.bin",
  ]) {
    asked = [];
    const source = firmware({ [firmwareUrl(board)]: to(elsewhere), [elsewhere]: () => new Response(image) });
    await expect(source.get(board)).rejects.toMatchObject({ code: "no_network", status: 502 });
    expect(asked).toEqual([firmwareUrl(board)]);
  }
  await expect(firmware({ [firmwareUrl(board)]: to(firmwareUrl(board)) }).get(board)).rejects.toThrow("circle");
});

it("is a firmware, and no more than fits before the settings", async () => {
  const answers: [Response | null, string][] = [
    [new Response("<html>"), "bad_firmware"],
    [new Response(Buffer.alloc(STORE_ADDRESS + 1, 0xe9)), "bad_firmware"],
    [new Response(null), "bad_firmware"],
    [new Response("", { status: 404 }), "no_network"],
    [new Response(null, { status: 304 }), "no_network"],
    [null, "no_network"],
  ];
  for (const [answer, code] of answers) {
    const source = firmware(answer === null ? {} : { [firmwareUrl(board)]: () => answer });
    await expect(source.get(board)).rejects.toMatchObject({ code, status: 502 });
  }
  expect(existsSync(join(folder, "installer"))).toBe(false);
});

it("is given even where it cannot be kept", async () => {
  const place = join(folder, "taken");
  writeFileSync(place, "");
  const source = firmware({ [firmwareUrl(board)]: () => new Response(image) }, place);
  expect((await source.get(board)).length).toBe(image.length);
});
