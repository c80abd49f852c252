import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { temporaryFolder } from "../../shared/testing/folder";
import { AUTHORITY_FILE, openAuthority, readPair } from "./authority";
import { clientKey } from "./testing/client-key";
import { readRequest } from "./x509";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

it("is made once, in a file of its owner's alone, and is the same at the next start", async () => {
  const first = await openAuthority(folder);
  const { mode } = await stat(join(folder, AUTHORITY_FILE));
  expect(mode & 0o777).toBe(0o600);
  expect((await openAuthority(folder)).root).toEqual(first.root);
});

it("a damaged one stops the hub and is not replaced", async () => {
  const one = await openAuthority(folder);
  await rm(join(folder, AUTHORITY_FILE));
  const other = await openAuthority(folder);
  const damaged = ["", "x", one.root.key + other.root.certificate, one.root.key + one.root.certificate.slice(0, 300)];
  const unreadable = one.root.key.replace(/\n[\s\S]*\n/, "\nAAAA\n") + one.root.certificate;
  for (const text of [...damaged, unreadable]) {
    await writeFile(join(folder, AUTHORITY_FILE), text);
    await expect(openAuthority(folder)).rejects.toMatchObject({ code: "authority_damaged" });
    expect(await readFile(join(folder, AUTHORITY_FILE), "utf8")).toBe(text);
  }
  expect(readPair(one.root.certificate + one.root.key)).toEqual(one.root);
});

it("signs clients for two years, and nothing while it does not know the time", async () => {
  const authority = await openAuthority(folder);
  const request = await readRequest((await clientKey("CN=CP1")).csr);
  const now = Date.parse("2026-11-21T12:00:00Z");
  const client = await authority.signClient(request, now);
  expect(client).toMatchObject({
    serialNumber: expect.stringMatching(/^[0-9a-f]{16,40}$/),
    fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    notAfter: "2028-11-20T12:00:00.000Z",
  });
  await expect(authority.signClient(request, 0)).rejects.toMatchObject({ code: "clock_not_set", status: 503 });
});
