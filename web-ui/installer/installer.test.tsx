import { render } from "preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { STORE_ADDRESS } from "../../shared/board-firmware";
import { Esp32Model } from "../../device/installer/testing/esp32-model";
import { eventually } from "../../shared/testing/eventually";
import { hubApi } from "../hub-admin/api";
import { hubAdminEn } from "../hub-admin/texts-en";
import { installMiniDom, valueOf } from "../testing/mini-dom";
import { emptyValues } from "./fields";
import { Page } from "./page";
import { installerEn } from "./texts-en";

type Root = ReturnType<typeof installMiniDom>;

const firmware = Buffer.concat([Buffer.from([0xe9]), Buffer.alloc(3000, 7)]);
const program = Buffer.alloc(5000, 3);

let root: Root;
let stored: Map<string, string>;
let asked: { what: string; body: unknown }[];
let answers: Record<string, () => Response>;
let isOnline: boolean;
let chip: Esp32Model;
let there: Esp32Model[];
let choices: number;
let copied: string[];
const print = vi.fn();

beforeEach(() => {
  stored = new Map([["hub-admin-token", "right"]]);
  asked = [];
  isOnline = false;
  choices = 0;
  copied = [];
  chip = new Esp32Model();
  there = [];
  answers = {
    "GET /api/site": () => Response.json({ name: "Garage", timeZone: "Europe/Berlin" }),
    "GET /api/installer": () => Response.json({ hubUrl: "http://192.168.1.10:8080", mqttPort: 1883, publicUrl: null }),
    "GET /api/installer/firmware/esp32s3_bare": () => new Response(firmware),
    "GET /api/charge-points": () => Response.json({ chargePoints: [{ cpId: "CP7", online: isOnline }] }),
  };
});
afterEach(() => render(null, root));

const refused = (status: number, code: string) => () =>
  Response.json({ error: { code, message: `${code}!` } }, { status });

const fetch = (async (address: string | URL, init: RequestInit = {}) => {
  const what = `${init.method ?? "GET"} ${new URL(address, "http://hub").pathname}`;
  asked.push({ what, body: init.body === undefined ? null : JSON.parse(init.body as string) });
  if (new Headers(init.headers).get("authorization") !== "Bearer right") return refused(401, "unauthorized")();
  return answers[what]?.() ?? new Response(null, { status: 204 });
}) as typeof globalThis.fetch;

function open(more: { hasSerial?: boolean; isSecure?: boolean; origin?: string } = {}): void {
  root = installMiniDom("/install");
  const { hasSerial = true, isSecure = true, origin = "https://192.168.1.10:8443" } = more;
  const serial = {
    getPorts: async () => there,
    requestPort: async () => {
      choices++;
      if (chip.opened < 0) throw new Error("nothing chosen");
      there = [chip];
      return chip;
    },
  };
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
  render(
    <Page
      lang="en"
      texts={{ ...hubAdminEn, ...installerEn }}
      now={() => 0}
      apiFor={(token) => hubApi(fetch, token)}
      fetch={fetch}
      storage={storage}
      serial={hasSerial ? serial : null}
      isSecure={isSecure}
      address={new URL(origin)}
      program={async () => program}
      copy={async (text) => {
        copied.push(text);
        if (copied.length > 1) throw new Error("not allowed");
      }}
      print={print}
      setLang={vi.fn()}
    />,
    root,
  );
}
const says = (text: string) => eventually(() => expect(root.textContent).toContain(text));
const type = (id: string, value: string) =>
  Object.assign(root.all((node) => valueOf(node, "id") === id)[0]!, { value });
const press = (text: string) => root.find("button", text).fire("click");

function fill(): void {
  for (const [id, value] of Object.entries({ cpId: "CP7", ssid: "Garage", wifiPassword: "correct horse" }))
    type(id, value);
  root.find("form").fire("input");
  root.find("form").fire("submit");
}

/** The chip's program says this once it runs and is listened to. */
function says7(...lines: string[]): void {
  chip.started = () => {
    const timer = setInterval(() => {
      if (!chip.readable) return;
      clearInterval(timer);
      chip.print(lines.map((line) => `> selftest ${line}\r\n`).join(""));
    }, 10);
  };
}

it("goes from the token to a charger that is flashed, tested and seen, and on to the next one", async () => {
  stored.clear();
  open();
  type("token", "wrong");
  root.find("form").fire("submit");
  await says("This is not the hub's admin token");
  type("token", "right");
  root.find("form").fire("submit");
  await says("Its Wi-Fi");
  root.find("form").fire("submit");
  await says("Some fields need another value");
  fill();
  await says("CP7 is being set up");
  says7("relay failed: the interlock let it close without a car", "not passed");
  press("Choose the port and begin");
  await says("do not use this charger");
  expect(root.textContent).toContain("the interlock let it close");
  expect(root.textContent).toContain("Nobody has compared it");
  expect(stored.get("hub-installation")).toContain("correct horse");
  says7("relay ok: stays open", "emergency-stop wait: press it");
  press("Go on");
  await says("Press the emergency stop now.");
  isOnline = true;
  chip.print("selftest emergency-stop ok: pressed and released\r\nselftest passed\r\n");
  await says("CP7 is ready");
  expect(root.textContent).toContain("http://192.168.1.10:8080/c/CP7");
  const put = asked.filter(({ what }) => what === "PUT /api/charge-points/CP7");
  expect(put).toHaveLength(1);
  const { key } = put[0]!.body as { key: string };
  const store = chip.flash.subarray(STORE_ADDRESS);
  expect([key, "Garage", "correct horse", "192.168.1.10"].every((text) => store.includes(text))).toBe(true);
  expect(store.includes(program) && chip.flash.subarray(0, firmware.length).equals(firmware)).toBe(true);
  expect([...stored.values()].join()).not.toMatch(new RegExp(`${key}|correct horse`));
  press("Print the label");
  expect(print).toHaveBeenCalled();
  press("Another charger");
  await says("Its Wi-Fi");
  const ssid = root.all((node) => valueOf(node, "id") === "ssid")[0]!;
  expect(valueOf(ssid, "defaultValue")).toBe("Garage");
  expect(stored.has("hub-installation")).toBe(false);
});

it("goes on after a reload with what is done and the same key, and has a log to copy without secrets", async () => {
  const key = "5".repeat(64);
  const values = { ...emptyValues, cpId: "CP7", ssid: "Garage", wifiPassword: "correct horse", hub: "http://10.0.0.2" };
  const state = { cpId: "CP7", key, done: ["firmware", "claim"] };
  stored.set("hub-installation", JSON.stringify({ values, state, label: null }));
  open();
  await says("was interrupted");
  chip.opened = -1;
  press("Go on");
  await says("No port was chosen");
  chip.opened = 0;
  says7("passed");
  isOnline = true;
  answers["GET /api/installer/firmware/esp32s3_bare"] = refused(502, "no_network");
  press("Choose another port");
  await says("The hub could not fetch the firmware");
  press("Copy the log");
  await says("Copied");
  press("Copy the log");
  await says("did not copy it");
  expect(copied[0]).toContain("no_network");
  expect(copied[0]).not.toMatch(/correct horse|5555|right/);
  answers["GET /api/installer/firmware/esp32s3_bare"] = () => new Response(firmware);
  press("Go on");
  await says("CP7 is ready");
  expect(chip.flash.includes(key)).toBe(true);
  expect(asked.some(({ what }) => what.startsWith("PUT"))).toBe(false);
  render(null, root);
  open();
  await says("CP7 is ready");
});

it("leaves nothing in the tab when it is closed, also of a charger that is half done", async () => {
  const values = { ...emptyValues, cpId: "CP7", ssid: "Garage", wifiPassword: "correct horse", hub: "http://10.0.0.2" };
  const state = { cpId: "CP7", key: "5".repeat(64), done: ["firmware"] };
  stored.set("hub-installation", JSON.stringify({ values, state, label: null }));
  open();
  await says("was interrupted");
  press(hubAdminEn.signOut);
  await eventually(() => expect(root.textContent).not.toContain("was interrupted"));
  expect([...stored.keys()]).toEqual([]);
});

it("asks for a firmware of one's own again, and lets what was entered be changed", async () => {
  const values = { ...emptyValues, cpId: "CP7", ssid: "Garage", source: "file", hub: "http://10.0.0.2" };
  stored.set("hub-installation", JSON.stringify({ values, state: null, label: null }));
  open();
  await says("was interrupted");
  press("Go on");
  await says("has to be chosen again");
  press("Change what was entered");
  await says("Its Wi-Fi");
  root.find("form").fire("submit");
  await says("Some fields need another value");
});

it.each([
  ["wrong_token", 401, "unauthorized", "The hub refuses the admin token"],
  ["claim_refused", 400, "invalid_input", "The hub refuses the charger"],
])("says what to do where the hub answers %s", async (_code, status, code, text) => {
  there = [chip];
  answers["PUT /api/charge-points/CP7"] = refused(status, code);
  open();
  await says("Its Wi-Fi");
  fill();
  await says("CP7 is being set up");
  press("Choose the port and begin");
  await says(text);
  expect(chip.opened).toBe(0);
  // At the beginning the port is chosen, though one is known: it may be that of the charger before.
  expect(choices).toBe(1);
});

it("says why it cannot ask the hub, and asks again", async () => {
  answers["GET /api/installer"] = refused(500, "internal");
  open();
  await says("That did not work");
  answers["GET /api/installer"] = refused(401, "unauthorized");
  press("Try again");
  await says("This is not the hub's admin token");
  expect(stored.has("hub-admin-token")).toBe(false);
});

it("shows the command where the browser gives no port, and the way to one that does", async () => {
  stored.clear();
  open({ hasSerial: false, isSecure: false, origin: "http://192.168.1.10:8080" });
  await says("only over TLS");
  expect(valueOf(root.find("a", "Open it over https"), "href")).toBe("/install/secure");
  await says("./flash.sh --id CP1 --hub http://192.168.1.10:8080 --ssid WIFI --max-current 16");
  type("cpId", "CP9");
  root.find("form").fire("input");
  await says("--id CP9");
  render(null, root);
  open({ hasSerial: false });
  await says("It has no Web Serial");
  await says("--hub http://192.168.1.10:8080 ");
  render(null, root);
  open({ hasSerial: false, origin: "http://localhost:8080" });
  await says("./flash.sh --id CP1 --ssid WIFI");
});
