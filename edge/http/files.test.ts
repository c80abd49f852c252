import { createHash } from "node:crypto";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../shared/error";
import { registered } from "../testing/registration";
import type { TestHubApp } from "./testing/hub-app";
import { adminToken, startHubApp } from "./testing/hub-app";

let hub: TestHubApp;
beforeEach(async () => {
  hub = await startHubApp({ events: [registered("CP1")] });
});
afterEach(() => hub.close());

const authorization = `Bearer ${adminToken}`;
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const list = async () => (await hub.admin("GET", "/api/files")).json.files as never as Record<string, unknown>[];
const send = async (url: string, method: string, body: BodyInit, headers: Record<string, string> = {}) =>
  (await fetch(url, { method, body, headers })).status;
const download = async (id: unknown) =>
  fetch(`${hub.url}/api/files/${String(id)}`, { headers: { authorization } }).then((response) => response.text());

/** Asks for the charger's diagnostics; gives the address that it was told. */
async function ask(body: object = {}): Promise<string> {
  hub.gateway.answers.GetDiagnostics = () => ({ fileName: "log.gz" });
  const { status, json } = await hub.admin("POST", "/api/charge-points/CP1/diagnostics", body);
  expect([status, json]).toEqual([202, { fileName: "log.gz" }]);
  return (hub.gateway.sent("GetDiagnostics").at(-1) as { location: string }).location;
}

function form(text: string, name: string): FormData {
  const data = new FormData();
  data.append("charger", "CP1");
  data.append("file", new Blob([text]), name);
  return data;
}

describe("uploads of chargers", () => {
  it.each<[string, (location: string) => Promise<number>, string]>([
    ["PUT of a file below the address", (at) => send(`${at}log 1.gz`, "PUT", "hello"), "log_1.gz"],
    ["PUT with one slash too many", (at) => send(`${at}/x/log.gz`, "PUT", "hello"), "log.gz"],
    ["PUT at the address", (at) => send(at, "PUT", "hello"), "upload.bin"],
    ["PUT without the last slash", (at) => send(at.slice(0, -1), "PUT", "hello"), "upload.bin"],
    ["POST of a form", (at) => send(at, "POST", form("hello", "../../etc/passwd")), "passwd"],
    [
      "POST of the bytes",
      (at) => send(at, "POST", "hello", { "content-disposition": 'attachment; filename="a.log"' }),
      "a.log",
    ],
  ])("%s", async (_how, upload, name) => {
    expect(await upload(await ask())).toBe(201);
    const [file] = await list();
    expect(file).toMatchObject({ kind: "upload", cpId: "CP1", about: "diagnostics", name, bytes: 5 });
    expect(file).toMatchObject({ sha256: sha256("hello") });
    const keys = ["about", "at", "bytes", "cpId", "id", "kind", "name", "sha256"];
    expect(Object.keys(file ?? {}).toSorted()).toEqual(keys);
    expect(await download(file?.id)).toBe("hello");
  });

  it("are asked for with the times that matter; a security log by GetLog", async () => {
    const times = { from: "2026-11-20T00:00:00Z", to: "2026-11-21T00:00:00Z" };
    await ask(times);
    expect(hub.gateway.sent("GetDiagnostics")).toMatchObject([
      { startTime: times.from, stopTime: times.to, retries: 3 },
    ]);
    hub.gateway.answers.GetLog = () => ({ status: "Accepted", filename: "s.log" });
    const about = { about: "securityLog", ...times };
    expect((await hub.admin("POST", "/api/charge-points/CP1/diagnostics", about)).json).toEqual({ fileName: "s.log" });
    const [{ log }] = hub.gateway.sent("GetLog") as [{ log: { remoteLocation: string } }];
    expect(log).toMatchObject({ oldestTimestamp: times.from, latestTimestamp: times.to });
    expect(await send(`${log.remoteLocation}s.log`, "PUT", "x")).toBe(201);
    expect(await list()).toMatchObject([{ about: "securityLog", name: "s.log" }]);
    hub.gateway.answers.GetLog = () => ({ status: "Rejected" });
    const refused = await hub.admin("POST", "/api/charge-points/CP1/diagnostics", { about: "securityLog" });
    expect([refused.status, refused.json.error]).toMatchObject([409, { code: "log_refused" }]);
    expect((await hub.admin("POST", "/api/charge-points/CP9/diagnostics", {})).status).toBe(404);
  });

  it("work once, for an hour, and for nobody who guesses", async () => {
    const location = await ask();
    expect(await send(location, "PUT", "hello")).toBe(201);
    expect(await send(location, "PUT", "again")).toBe(404);
    const late = await ask();
    hub.clock.jump(60 * 60_000);
    expect(await send(late, "PUT", "late")).toBe(404);
    expect(await send(`${hub.url}/uploads/guess/x`, "PUT", "x")).toBe(404);
    expect(await list()).toHaveLength(1);
  });

  it("are tried again after a failure, and bounded", async () => {
    const location = await ask();
    expect(await send(location, "POST", "no form", { "content-type": "multipart/form-data; boundary=x" })).toBe(400);
    const big = new Uint8Array(20 * 1024 * 1024 + 1);
    expect(await send(location, "PUT", big).catch(() => 413)).toBe(413);
    expect(await readdir(join(hub.folder, "files"))).toEqual([]);
    expect(await send(location, "PUT", "hello")).toBe(201);
    for (let i = 0; i < 50; i += 1) expect(await send(await ask(), "PUT", `file ${i}`)).toBe(201);
    const files = await list();
    expect(files).toHaveLength(50);
    expect(await download(files.at(-1)?.id)).toBe("file 0");
    expect((await readdir(join(hub.folder, "files"))).toSorted()).toEqual(files.map(({ id }) => id).toSorted());
  });

  it("of a form are bounded as a whole, and not even looked at without a ticket", async () => {
    const location = await ask();
    const [first, ...rest] = ["--B\r\n", 'Content-Disposition: form-data; name="x"\r\n\r\n', ""];
    let asked = 0;
    /** A form whose file never begins, or whose end never comes. */
    const endless = (head: string) =>
      new ReadableStream({
        start: (controller) => controller.enqueue(Buffer.from(head)),
        pull: (controller) => {
          asked += 1;
          controller.enqueue(Buffer.alloc(1024 * 1024, "x"));
        },
      });
    const post = (url: string, head: string) => {
      const headers = { "content-type": "multipart/form-data; boundary=B" };
      const options = { method: "POST", body: endless(head), headers, duplex: "half" };
      return fetch(url, options as RequestInit).then(
        (response) => response.status,
        () => "cut off",
      );
    };
    const file = `${first}Content-Disposition: form-data; name="f"; filename="a"\r\n\r\nhello\r\n--B--\r\n`;
    for (const head of [first + rest.join(""), file]) {
      asked = 0;
      expect([413, "cut off"]).toContain(await post(location, head));
      expect(asked).toBeLessThan(60);
      expect(await list()).toEqual([]);
    }
    const before = hub.store.head.seq;
    expect([404, "cut off"]).toContain(await post(`${hub.url}/uploads/guess/`, file));
    expect(hub.store.head.seq).toBe(before);
    expect(await send(location, "POST", form("hello", "a.txt"))).toBe(201);
    expect(await readdir(join(hub.folder, "files"))).toHaveLength(1);
  });

  it("that the journal does not take leave nothing behind, and their address stays out of the log", async () => {
    const location = await ask();
    const { commit } = hub.store;
    Object.assign(hub.store, { commit: () => Promise.reject(new AppError("store_full", "full", { status: 507 })) });
    expect(await send(`${location}log.gz`, "PUT", "hello")).toBe(507);
    Object.assign(hub.store, { commit });
    expect(await readdir(join(hub.folder, "files"))).toEqual([]);
    const logged = hub.lines.filter(({ msg }) => msg === "a request failed");
    expect(logged).toMatchObject([{ path: "/uploads/[secret]", code: "store_full" }]);
    expect(JSON.stringify(hub.lines)).not.toContain(location.split("/").at(-2));
    expect(await send(location, "PUT", "hello")).toBe(201);
  });

  it("leave room for the journal", async () => {
    await hub.close();
    hub = await startHubApp({ events: [registered("CP1")], free: 64 * 1024 * 1024 });
    expect(await send(await ask(), "PUT", "hello")).toBe(507);
    const headers = { authorization };
    const firmware = await fetch(`${hub.url}/api/firmware?name=x`, { method: "POST", body: "x", headers });
    expect([firmware.status, await firmware.json()]).toMatchObject([507, { error: { code: "disk_full" } }]);
    expect(await readdir(join(hub.folder, "files"))).toEqual([]);
  });

  it("are shown, given and removed to the admin only", async () => {
    await send(await ask(), "PUT", "hello");
    const [file] = await list();
    for (const [method, path] of [
      ["GET", "/api/files"],
      ["GET", `/api/files/${String(file?.id)}`],
      ["DELETE", `/api/files/${String(file?.id)}`],
      ["POST", "/api/charge-points/CP1/diagnostics"],
      ["POST", "/api/charge-points/CP1/firmware"],
      ["POST", "/api/firmware?name=x"],
    ] as const) {
      expect([path, (await hub.api(method, path)).status]).toEqual([path, 401]);
    }
    expect((await hub.admin("DELETE", `/api/files/${String(file?.id)}`)).status).toBe(204);
    expect((await hub.admin("GET", `/api/files/${String(file?.id)}`)).status).toBe(404);
    expect((await hub.admin("DELETE", `/api/files/${String(file?.id)}`)).status).toBe(404);
    expect([await list(), await readdir(join(hub.folder, "files"))]).toEqual([[], []]);
  });
});

describe("firmware", () => {
  const upload = async (name: string, content: string) => {
    const headers = { authorization, "content-type": "application/octet-stream" };
    const response = await fetch(`${hub.url}/api/firmware?name=${name}`, { method: "POST", body: content, headers });
    expect(response.status).toBe(201);
    return (await response.json()) as { id: string; sha256: string };
  };
  const order = (body: object) => hub.admin("POST", "/api/charge-points/CP1/firmware", body);

  it("is fetched by chargers at an address that nobody can guess, also in pieces", async () => {
    const file = await upload("v2.bin", "0123456789");
    expect(file).toMatchObject({ kind: "firmware", name: "v2.bin", bytes: 10, sha256: sha256("0123456789") });
    expect(file).not.toHaveProperty("secret");
    hub.gateway.answers.UpdateFirmware = () => ({});
    expect((await order({ fileId: file.id })).json).toEqual({ status: "Accepted", requestId: null });
    const [{ location, retrieveDate }] = hub.gateway.sent("UpdateFirmware") as [Record<string, string>];
    expect(retrieveDate).toBe("2026-11-21T12:00:00.000Z");
    const whole = await fetch(location!);
    expect([whole.status, await whole.text()]).toEqual([200, "0123456789"]);
    expect(whole.headers.get("etag")).toBe(`"${file.sha256}"`);
    const get = async (range: string) => {
      const response = await fetch(location!, { headers: { range } });
      return [response.status, response.headers.get("content-range"), await response.text()];
    };
    expect(await get("bytes=4-6")).toEqual([206, "bytes 4-6/10", "456"]);
    expect(await get("bytes=8-99")).toEqual([206, "bytes 8-9/10", "89"]);
    expect(await get("bytes=10-")).toEqual([416, "bytes */10", ""]);
    const head = await fetch(location!, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "10"]);
    expect((await fetch(location!.replace(/[^/]+\/v2/, "wrong/v2"))).status).toBe(404);
    await hub.admin("DELETE", `/api/files/${file.id}`);
    expect((await fetch(location!)).status).toBe(404);
  });

  it("is signed where its maker signs it", async () => {
    const { id } = await upload("v3.bin", "");
    hub.gateway.answers.SignedUpdateFirmware = () => ({ status: "InvalidCertificate" });
    const installAt = "2026-11-22T03:00:00Z";
    const signed = { fileId: id, signature: "abc", signingCertificate: "pem", retrieveAt: installAt, installAt };
    expect((await order(signed)).json).toEqual({ status: "InvalidCertificate", requestId: 7 });
    const [{ firmware }] = hub.gateway.sent("SignedUpdateFirmware") as [{ firmware: Record<string, string> }];
    expect(firmware).toMatchObject({ signature: "abc", signingCertificate: "pem", installDateTime: installAt });
    expect(await (await fetch(firmware.location!)).text()).toBe("");
    expect((await order({ fileId: id, signature: "abc" })).status).toBe(400);
  });

  it("is of its own kind, and so many at most", async () => {
    expect((await order({ fileId: "01980000-0000-7000-8000-000000000001" })).status).toBe(404);
    await send(await ask(), "PUT", "hello");
    const [diagnostics] = await list();
    expect((await order({ fileId: diagnostics?.id })).status).toBe(404);
    expect((await fetch(`${hub.url}/firmware/${String(diagnostics?.id)}/x/y`)).status).toBe(404);
    for (let i = 0; i < 20; i += 1) await upload(`f${i}`, "x");
    const headers = { authorization };
    const more = await fetch(`${hub.url}/api/firmware?name=x`, { method: "POST", body: "x", headers });
    expect(more.status).toBe(409);
  });
});

it("after a crash or a restore, what lies there and what the journal knows is the same again", async () => {
  await send(await ask(), "PUT", "one");
  await send(await ask(), "PUT", "two");
  const [two, one] = await list();
  await rm(join(hub.folder, "files", String(two?.id)));
  await writeFile(join(hub.folder, "files", "half.part"), "ha");
  await hub.files.tidy();
  expect(await list()).toMatchObject([{ id: one?.id }]);
  expect(await readdir(join(hub.folder, "files"))).toEqual([one?.id]);
});
