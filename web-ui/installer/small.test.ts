import { expect, it } from "vitest";
import type { Progress } from "../../device/installer/install";
import { langs, placeholders } from "../common/translate";
import { hubAdminEn } from "../hub-admin/texts-en";
import { check, commandOf, emptyValues, planOf } from "./fields";
import type { Values } from "./fields";
import { Keep } from "./keep";
import { BrowserPorts } from "./ports";
import type { BrowserPort } from "./ports";
import { installerDe } from "./texts-de";
import { installerEn } from "./texts-en";
import { after, askedOf, failed, steps, viewOf } from "./view";

const values: Values = { ...emptyValues, cpId: "CP1", ssid: "Garage", hub: "http://192.168.1.10:8080" };

it("has every text in both languages, with the same values in it, and none that hides one of the hub's other page", () => {
  expect(langs).toEqual(["en", "de"]);
  for (const [key, text] of Object.entries(installerEn)) {
    expect(placeholders(installerDe[key as keyof typeof installerDe]), key).toEqual(placeholders(text));
    expect(Object.hasOwn(hubAdminEn, key), key).toBe(false);
  }
});

it("finds what is wrong in a form, field by field", () => {
  expect(check(values)).toEqual({});
  const wrong: [keyof Values, string, string][] = [
    ["cpId", "", "wrongId"],
    ["cpId", "-1", "wrongId"],
    ["name", "x".repeat(61), "wrongName"],
    ["maxCurrent", "5", "wrongAmperes"],
    ["maxCurrent", "1e1", "wrongAmperes"],
    ["fixedCable", "81", "wrongAmperes"],
    ["ssid", "", "wrongSsid"],
    ["ssid", "ü".repeat(17), "wrongSsid"],
    ["wifiPassword", "short", "wrongPassword"],
    ["hub", "hub", "wrongHub"],
    ["hub", "http://localhost:8080", "wrongLoopback"],
    ["hub", "http://127.0.0.1:8080", "wrongLoopback"],
    ["sha256", "abc", "wrongSha256"],
  ];
  for (const [name, value, error] of wrong) expect(check({ ...values, [name]: value })).toEqual({ [name]: error });
});

it("makes the plan that flash.sh would make, with the hub's public address on the label", () => {
  const place = { origin: "https://192.168.1.10:8443", mqttPort: 1884, publicUrl: null };
  const plan = planOf({ ...values, fixedCable: "32", board: "nonsense" }, place, "t");
  expect(plan).toMatchObject({ apiUrl: place.origin, hubUrl: values.hub, labelUrl: values.hub, mqttPort: 1884 });
  expect(plan).toMatchObject({ maxCurrentA: 16, fixedCableA: 32, phases: 1, sha256: undefined, board: "esp32s3_bare" });
  const open = planOf({ ...values, sha256: "a" }, { ...place, publicUrl: "https://charge.example.com" }, "t");
  expect(open).toMatchObject({ labelUrl: "https://charge.example.com", fixedCableA: 0, sha256: "a" });
});

it("shows the command for a shell, without any secret, whatever a name has in it", () => {
  expect(commandOf({ ...values, wifiPassword: "secret-password" })).toBe(
    "./flash.sh --id CP1 --hub http://192.168.1.10:8080 --ssid Garage --max-current 16",
  );
  const odd = { ...values, cpId: "", ssid: "Bob's; rm -rf $HOME", name: "Bay 3", phases: "3", board: "esp32c3_bare" };
  expect(commandOf(odd, 1884)).toBe(
    "./flash.sh --id CP1 --name 'Bay 3' --hub http://192.168.1.10:8080 --ssid 'Bob'\\''s; rm -rf $HOME' --max-current 16 --phases 3 --board esp32c3_bare --mqtt-port 1884",
  );
});

function memory(first?: string) {
  const items = new Map(first === undefined ? [] : [["hub-installation", first]]);
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

it("keeps what a reload must not lose, and nothing secret once the charger is done", () => {
  const storage = memory();
  const keep = new Keep(storage);
  expect([keep.read(), keep.load()]).toEqual([null, undefined]);
  const state = { cpId: "CP1", key: "a".repeat(64), done: ["claim"] };
  keep.save(state);
  expect(keep.read()).toBeNull();
  keep.begin({ ...values, wifiPassword: "secret-password" });
  keep.save(state);
  expect(new Keep(storage).load()).toEqual(state);
  keep.remove();
  expect([keep.load(), keep.read()?.values.ssid]).toEqual([undefined, "Garage"]);
  keep.finish({ cpId: "CP1", url: "http://hub/c/CP1" });
  expect(keep.read()?.label).toEqual({ cpId: "CP1", url: "http://hub/c/CP1" });
  expect(JSON.stringify([...storage.items])).not.toMatch(/secret|aaaa|Garage/);
  keep.forget();
  keep.remove();
  expect(storage.items.size).toBe(0);
});

it("takes nothing that is not its own from the storage", () => {
  const others = [
    "{",
    "7",
    "null",
    "{}",
    '{"values":{"cpId":7}}',
    '{"label":{"cpId":"CP1","url":"javascript:alert(1)"}}',
  ];
  for (const text of others) expect(new Keep(memory(text)).read(), text).toBeNull();
  const text = JSON.stringify({ values, state: { cpId: "CP1", key: "short", done: [] }, label: null });
  expect(new Keep(memory(text)).read()).toEqual({ values, state: null, label: null });
});

function said(step: string, state: "ok" | "wait", info: string): Progress {
  return { kind: "test", line: { step, state, info } };
}

it("shows how far each step is, and what somebody has to do", () => {
  const all: Progress[] = [
    { kind: "step", step: "firmware", state: "before" },
    { kind: "step", step: "flash", state: "begun" },
    { kind: "part", part: "program", percent: 40 },
    { kind: "firmware", sha256: "ab", verified: true },
  ];
  const view = all.reduce(after, viewOf(["claim"]));
  expect(view.steps).toMatchObject({ firmware: "done", claim: "done", flash: "now", online: "waiting" });
  expect(view).toMatchObject({ parts: { firmware: 0, program: 40 }, firmware: { sha256: "ab" } });
  expect(failed(view).steps).toMatchObject({ claim: "done", flash: "failed", online: "waiting" });
  expect(Object.keys(view.steps)).toEqual([...steps]);
  const asked = (...lines: Progress[]) => askedOf(lines.reduce(after, viewOf()));
  const stop = "emergency-stop";
  expect(asked(said("relay", "ok", "stays open"))).toBeNull();
  expect(asked(said(stop, "wait", "press it"))).toBe("press");
  expect(asked(said(stop, "wait", "press it"), said(stop, "wait", "release it"))).toBe("release");
  expect(asked(said(stop, "wait", "press it"), said(stop, "ok", "pressed and released"))).toBeNull();
  expect(asked(said("door", "wait", "close it"))).toBe("other");
});

const port = (usbVendorId: number, connected?: boolean): BrowserPort => ({
  readable: null,
  writable: null,
  ...(connected === undefined ? {} : { connected }),
  open: () => Promise.reject(new DOMException("The port is already open.", "InvalidStateError")),
  close: async () => undefined,
  setSignals: async () => undefined,
  getInfo: () => ({ usbVendorId, usbProductId: 1 }),
});

it("finds the port again when the chip comes back as another one, and asks where it cannot know", async () => {
  let there = [port(1), port(2)];
  let choice: BrowserPort | null = there[1]!;
  const ports = new BrowserPorts({
    getPorts: async () => there,
    requestPort: async ({ filters }) => {
      expect(filters).toContainEqual({ usbVendorId: 0x303a });
      if (!choice) throw new DOMException("No port selected by the user.", "NotFoundError");
      return choice;
    },
  });
  expect(await ports.isKnown()).toBe(false);
  await expect(ports.find()).rejects.toMatchObject({ code: "no_port" });
  await ports.choose();
  expect((await ports.find()).getInfo().usbVendorId).toBe(2);
  there = [port(1), port(2)];
  expect((await ports.find()).getInfo().usbVendorId).toBe(2);
  there = [port(1), port(2, false)];
  expect((await ports.find()).getInfo().usbVendorId).toBe(1);
  // Another board of the same make was there when this one was chosen: it is never taken for it.
  const other = port(2);
  choice = port(2);
  there = [other, choice];
  await ports.choose();
  there = [other];
  await expect(ports.find()).rejects.toMatchObject({ code: "no_port" });
  there = [other, port(2)];
  const back = await ports.find();
  await expect(back.open({ baudRate: 1 })).rejects.toMatchObject({ code: "port_busy" });
  there = [other];
  await expect(ports.find()).rejects.toMatchObject({ code: "no_port" });
  there = [];
  await expect(ports.find()).rejects.toMatchObject({ code: "no_port" });
  there = [port(3)];
  const found = await ports.find();
  await expect(found.open({ baudRate: 1 })).rejects.toMatchObject({ code: "port_busy" });
  await found.setSignals({});
  await found.close();
  expect([found.readable, found.writable]).toEqual([null, null]);
  choice = null;
  await expect(ports.choose()).rejects.toMatchObject({ code: "no_choice" });
});
