import { render } from "preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { chargePoints, hubAdminNow, load, pairing, pending, reservations, running } from "../testing/hub-admin-data";
import { installMiniDom, valueOf } from "../testing/mini-dom";
import { hubApi } from "./api";
import { historyText } from "./parts/chargers";
import { Page } from "./page";
import { hubAdminEn } from "./texts-en";

type Root = ReturnType<typeof installMiniDom>;
type Reply = { status: number; body: unknown };

let root: Root;
let asked: { what: string; body: unknown; token: string | null }[];
let replies: Record<string, Reply>;
let stored: Map<string, string>;

const refused = (status: number, code: string): Reply => ({ status, body: { error: { code, message: `${code}!` } } });
const ok = (body: unknown): Reply => ({ status: 200, body });

beforeEach(() => {
  asked = [];
  stored = new Map([["hub-admin-token", "right"]]);
  replies = {
    "GET /api/site": ok({ name: "Lindenhof garage", timeZone: "Europe/Berlin" }),
    "GET /api/charge-points": ok({ chargePoints }),
    "GET /api/pending-charge-points": ok({ chargePoints: pending }),
    "GET /api/sessions": ok({ sessions: running }),
    "GET /api/load": ok(load),
    "GET /api/reservations": ok(reservations),
    "GET /api/pairing": ok(pairing),
  };
});
afterEach(() => render(null, root));

const fetch = (async (address: string, init: RequestInit) => {
  const what = `${init.method} ${address}`;
  const token = new Headers(init.headers).get("authorization");
  asked.push({ what, body: init.body === undefined ? null : JSON.parse(init.body as string), token });
  if (token !== "Bearer right") return Response.json(refused(401, "unauthorized").body, { status: 401 });
  const { status, body } = replies[what.split("?")[0] as string] ?? { status: 204, body: null };
  return status === 204 ? new Response(null, { status }) : Response.json(body, { status });
}) as typeof globalThis.fetch;

function open(hash = ""): void {
  root = installMiniDom(`/admin${hash}`);
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
  render(
    <Page
      lang="en"
      texts={hubAdminEn}
      now={() => Date.parse(hubAdminNow)}
      apiFor={(token) => hubApi(fetch, token)}
      storage={storage}
      setLang={vi.fn()}
    />,
    root,
  );
}
const says = (text: string) => eventually(() => expect(root.textContent).toContain(text));
const type = (id: string, value: string) => {
  const field = root.all((node) => valueOf(node, "id") === id)[0]!;
  Object.assign(field, { value });
  field.fire("input");
  field.fire("change");
};
const sent = () => asked.filter(({ what }) => !what.startsWith("GET"));

it("asks for the token, keeps one that opens in this tab, and forgets it at the end", async () => {
  stored.clear();
  open();
  await says("Admin token");
  root.find("form").fire("submit");
  type("token", "wrong");
  root.find("form").fire("submit");
  await says("This is not the hub's admin token");
  expect(stored.size).toBe(0);
  type("token", "right");
  root.find("form").fire("submit");
  await says("Lindenhof garage");
  expect(stored.get("hub-admin-token")).toBe("right");
  expect(asked.map(({ token }) => token)).toContain("Bearer right");
  root.find("button", "Close").fire("click");
  await says("Admin token");
  expect(stored.size).toBe(0);
  expect(root.textContent).not.toContain("This is not");
});

it("offers no other password to a charger whose password follows from its key", async () => {
  replies["GET /api/charge-points"] = ok({ chargePoints: chargePoints.map((each) => ({ ...each, hasKey: true })) });
  open();
  await says("It came with another password.");
  expect(root.textContent).not.toContain("Take this password");
});

it("notices that the token has changed, and shows nothing of a site until it knows its zone", async () => {
  stored.set("hub-admin-token", "old");
  open();
  await says("This is not the hub's admin token");
  render(null, root);
  stored.set("hub-admin-token", "right");
  replies = { "GET /api/site": refused(500, "internal"), "GET /api/charge-points": refused(429, "rate_limited") };
  open();
  await says("That did not work");
  expect(asked.map(({ what }) => what)).not.toContain("GET /api/charge-points");
  root.find("button", "Try again").fire("click");
  await eventually(() => expect(asked.filter(({ what }) => what === "GET /api/site")).toHaveLength(3));
  // By itself as well.
  replies["GET /api/site"] = ok({ name: "Lindenhof garage", timeZone: "Europe/Berlin" });
  await says("Lindenhof garage");
  await says("Too many attempts");
});

it("shows chargers with faults in plain words, lets one in by a tap, and stops a charge", async () => {
  open();
  await says("Residual current, protection has tripped");
  for (const text of [
    "Faults now: 1",
    "RCD 1 tripped",
    "8.42\u00a0kWh at 10.8\u00a0kW",
    "Has never been connected",
    "firmware 1.4",
  ]) {
    expect(root.textContent).toContain(text);
  }
  expect(root.textContent).toContain("CP9 wants to connect over MQTT from 192.168.1.40");
  replies["PUT /api/charge-points/CP9"] = refused(400, "invalid_input");
  root.find("form").fire("submit");
  await says("The hub does not understand what was typed");
  delete replies["PUT /api/charge-points/CP9"];
  type("password-CP9", "a password");
  root.find("form").fire("submit");
  await says("CP9 may come in now");
  expect(sent().map(({ body }) => body)).toEqual([
    { plainFrames: true },
    { plainFrames: true, password: "a password", securityProfile: 1 },
  ]);
  expect(root.textContent).toContain("Turned away at 14:04. It came with another password.");
  type("password-CP4", "its password");
  root.find("form", "Take this password").fire("submit");
  await eventually(() =>
    expect(sent().at(-1)).toMatchObject({ what: "PUT /api/charge-points/CP4", body: { password: "its password" } }),
  );
  expect(root.textContent).toContain("Its messages are not sealed");
  root.find("button", "Take them unsealed").fire("click");
  await eventually(() => expect(sent().at(-1)).toMatchObject({ body: { plainFrames: true } }));
  replies[`POST /api/sessions/${running[0]!.id}/stop`] = { status: 202, body: {} };
  root.find("button", "Stop this charge").fire("click");
  await says("The charger has been told to stop");
  replies["GET /api/charge-points/CP1/statuses"] = ok({
    statuses: [{ id: "1", at: hubAdminNow, type: "connector.status", data: { cpId: "CP1", status: "Charging" } }],
  });
  const details = root.find("details");
  Object.assign(details, { open: true });
  details.fire("toggle");
  await says("connector.status \u00b7 status Charging");
  expect(historyText({ id: "1", at: "", type: "x", data: { n: 1, none: null, errorCode: "NoError" } })).toBe(
    "x \u00b7 n 1",
  );
});

it("says what to do where there is no charger yet", async () => {
  replies["GET /api/charge-points"] = ok({ chargePoints: [] });
  replies["GET /api/pending-charge-points"] = ok({ chargePoints: [] });
  for (const hash of ["", "#console", "#nonsense"]) {
    open(hash);
    await says("Point one at this hub");
    if (hash === "") expect(valueOf(root.find("a", "over USB"), "href")).toBe("/install");
    render(null, root);
  }
});

it("shows who has what of the site's current, and sets the limit without touching the rest", async () => {
  open("#load");
  await says("26 A of 32 A at worst, 15.8 A measured now");
  for (const text of ["Waits its turn", "It draws more than it confirmed", "not known"]) {
    expect(root.textContent).toContain(text);
  }
  type("limitA", "40");
  root.find("form").fire("submit");
  await says("Saved");
  expect(sent()).toEqual([
    {
      what: "PUT /api/load",
      token: "Bearer right",
      body: { ...load.settings, limit: { kind: "constant", limitA: 40 } },
    },
  ]);
  type("limitA", "");
  root.find("form").fire("submit");
  await eventually(() => expect(sent()[1]?.body).toEqual({ ...load.settings, limit: null }));
  await says("Saved");
  for (const text of ["", "six"]) {
    type("safeCurrent", text);
    root.find("form").fire("submit");
    await says("Nothing has been saved.");
  }
  expect(sent()).toHaveLength(2);
});

it("leaves a limit by a meter alone, and shows worst cases where there is none", async () => {
  const meter = { kind: "meter", fuseA: 35, guaranteedA: 6, includesChargers: true };
  replies["GET /api/load"] = ok({
    ...load,
    active: false,
    limitA: null,
    settings: { ...load.settings, limit: meter },
  });
  open("#load");
  await says("follows a schedule or a meter");
  expect(root.textContent).toContain("No limit is set");
  expect(root.textContent).toContain("26 A at worst, 15.8 A measured now");
});

it("lists reservations, cancels one after a second tap, makes one without typing", async () => {
  open("#reservations");
  await says("Reference 4711");
  for (const text of [
    "made in the cloud",
    "not certain yet",
    "Being cancelled",
    "The clock was set ahead by 90 minutes",
  ]) {
    expect(root.textContent).toContain(text);
  }
  root.find("button", "The clock is right").fire("click");
  root.find("button", "I have looked, go on").fire("click");
  await eventually(() => expect(sent()).toHaveLength(2));
  root.find("button", "Cancel").fire("click");
  await says("Yes, cancel it");
  root.find("button", "Yes, cancel it").fire("click");
  await eventually(() => expect(sent()[2]?.what).toBe("DELETE /api/reservations/b1"));
  replies["POST /api/reservations"] = {
    status: 201,
    body: { reservation: reservations.reservations[0], pin: "402 917", link: "" },
  };
  root.find("form").fire("submit");
  await says("PIN: 402 917");
  expect(sent().at(-1)?.body).toEqual({
    cpId: "CP1",
    connectorId: 1,
    from: "2026-11-21T13:15:00.000Z",
    until: "2026-11-21T14:15:00.000Z",
    key: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

it("says how the hub stands with its cloud, and pairs it by the code that is typed", async () => {
  open("#cloud");
  await says("The cloud is out of reach");
  for (const text of ["The cloud does not answer.", "Events that wait for it531", "Pair anew"]) {
    expect(root.textContent).toContain(text);
  }
  render(null, root);
  replies["GET /api/pairing"] = ok({ ...pairing, paired: false, cloudUrl: null, ackedSeq: null });
  replies["POST /api/pairing"] = refused(400, "pairing_refused");
  open("#cloud");
  await says("Not paired with a cloud");
  type("code", "AAA-BBB-CCC");
  root.find("form").fire("submit");
  await says("The cloud does not take this code");
  replies["POST /api/pairing"] = ok({});
  replies["GET /api/pairing"] = ok({ ...pairing, feedOpen: true });
  type("cloudUrl", "https://charge.example");
  root.find("form").fire("submit");
  await says("Connected with the cloud");
  expect(root.textContent).toContain("Paired.");
  expect(sent().map(({ body }) => body)).toEqual([
    { code: "AAA-BBB-CCC" },
    { code: "AAA-BBB-CCC", cloudUrl: "https://charge.example" },
  ]);
});

it("sends what is typed into the console, and keeps the answers", async () => {
  open("#console");
  await says("What chargers answer");
  type("payload", "[1]");
  await eventually(() => expect(root.find("textarea")).toBeDefined());
  root.find("form").fire("submit");
  await says("This is no JSON object");
  type("action", "GetConfiguration");
  await eventually(() => expect(root.textContent).not.toContain("This is no JSON object"));
  replies["POST /api/charge-points/CP1/commands/GetConfiguration"] = refused(504, "no_answer");
  root.find("form").fire("submit");
  await says("has not answered within 30 seconds");
  replies["POST /api/charge-points/CP1/commands/GetConfiguration"] = ok({ result: { configurationKey: [] } });
  root.find("form").fire("submit");
  await says('"configurationKey": []');
  replies["POST /api/charge-points/CP1/commands/GetConfiguration"] = ok({
    error: { code: "NotSupported", description: "" },
  });
  root.find("form").fire("submit");
  await says('"NotSupported"');
});
