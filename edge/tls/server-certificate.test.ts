import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../shared/testing/folder";
import { eventually } from "../../shared/testing/eventually";
import { ManualClock } from "../testing/manual-clock";
import { Authority, openAuthority } from "./authority";
import { SERVER_FILE, ServerCertificate, isUsable } from "./server-certificate";
import { makeRoot } from "./x509";

const DAY = 86_400_000;

let folder: string;
let authority: Authority;
let clock: ManualClock;
let names: string[];
const onChange = vi.fn();
const opened: ServerCertificate[] = [];
const lines: string[] = [];
const log = pino({ level: "debug" }, { write: (line: string) => void lines.push(line) });

beforeEach(async () => {
  folder = temporaryFolder();
  authority = await openAuthority(folder);
  clock = new ManualClock();
  names = ["hitchpost.local", "192.168.1.5"];
  onChange.mockClear();
  lines.length = 0;
});
afterEach(async () => {
  for (const each of opened.splice(0)) each.stop();
});

async function open(by = authority): Promise<ServerCertificate> {
  const server = await ServerCertificate.open({ folder, authority: by, clock, log, names: () => names, onChange });
  opened.push(server);
  return server;
}
const usable = (server: ServerCertificate) => isUsable(server.current, authority, names, clock.now());

it("is kept in a private file and used again at the next start, unless it cannot be read or is another authority's", async () => {
  const first = await open();
  expect(usable(first)).toBe(true);
  expect((await stat(join(folder, SERVER_FILE))).mode & 0o777).toBe(0o600);
  expect((await open()).current).toEqual(first.current);
  await writeFile(join(folder, SERVER_FILE), "damaged");
  const second = await open();
  expect(second.current).not.toEqual(first.current);
  const other = new Authority(await makeRoot("other"));
  expect((await open(other)).current).not.toEqual(second.current);
});

it("follows the addresses of the machine", async () => {
  const server = await open();
  const before = server.current;
  await clock.advance(120_000);
  expect(onChange).not.toHaveBeenCalled();
  names = [...names, "192.168.7.9"];
  await clock.advance(60_000);
  await eventually(() => expect(onChange).toHaveBeenCalledTimes(1));
  expect(server.current).not.toEqual(before);
  expect(onChange).toHaveBeenCalledWith(server.current);
  expect(usable(server)).toBe(true);
  expect(await readFile(join(folder, SERVER_FILE), "utf8")).toContain(server.current.certificate);
});

it("is renewed a month before it runs out, and not while the hub does not know the time", async () => {
  const server = await open();
  clock.jump(366 * DAY);
  await clock.advance(60_000);
  expect(onChange).not.toHaveBeenCalled();
  clock.jump(-57 * 365.25 * DAY);
  await clock.advance(60_000);
  expect(usable(server)).toBe(true);
  clock.jump(57 * 365.25 * DAY + 2 * DAY);
  await clock.advance(60_000);
  await eventually(() => expect(onChange).toHaveBeenCalledTimes(1));
  // Made with a clock that was ahead: no charger would take it yet.
  clock.jump(-400 * DAY);
  await clock.advance(60_000);
  await eventually(() => expect(onChange).toHaveBeenCalledTimes(2));
});

it("where it cannot be written at the start, is served from memory and saved later", async () => {
  const first = await open();
  first.stop();
  names = ["hub.example"];
  const file = join(folder, SERVER_FILE);
  await rm(file);
  // The temporary file cannot be made where a folder has its name.
  await mkdir(`${file}.new`, { recursive: true });
  const second = await open();
  expect(lines.join()).toContain("COULD NOT BE SAVED");
  expect(usable(second)).toBe(true);
  expect(second.current).not.toEqual(first.current);
  await rm(`${file}.new`, { recursive: true });
  await clock.advance(60_000);
  await eventually(async () => expect(await readFile(file, "utf8")).toContain(second.current.certificate));
  expect(onChange).not.toHaveBeenCalled();
});

it("a renewal that fails is said, and tried again", async () => {
  const server = await open();
  await rm(folder, { recursive: true });
  await writeFile(folder, "in the way");
  names = ["hub.example"];
  await clock.advance(60_000);
  await eventually(() => expect(lines.join()).toContain("could not renew"));
  expect(usable(server)).toBe(false);
  await rm(folder);
  await clock.advance(60_000);
  await eventually(() => expect(onChange).toHaveBeenCalledTimes(1));
});
