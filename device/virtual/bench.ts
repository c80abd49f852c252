import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { BENCH_PAGE } from "./bench-page";
import type { Fleet } from "./fleet";
import type { VirtualCharger } from "./virtual-charger";

const MAX_BODY = 4096;

/** An answer other than 200, with a text for people. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

type Body = Record<string, unknown>;

function numberOf(body: Body, key: string, min: number, max: number): number | undefined {
  const value = body[key];
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !(value >= min && value <= max)) {
    throw new Refusal(400, `${key} must be a number from ${min} to ${max}`);
  }
  return value;
}

function booleanOf(body: Body, key: string): boolean | undefined {
  const value = body[key];
  if (value !== undefined && typeof value !== "boolean") throw new Refusal(400, `${key} must be true or false`);
  return value;
}

const ACTIONS: Record<string, (charger: VirtualCharger, body: Body) => void | Promise<void>> = {
  plug: (charger, body) => {
    const car = {
      batteryWh: numberOf(body, "batteryWh", 1000, 1_000_000),
      soc: numberOf(body, "soc", 0, 1),
      maxCurrentA: numberOf(body, "maxCurrentA", 6, 80),
      phases: numberOf(body, "phases", 1, 3),
    };
    if (charger.plant.car) throw new Refusal(409, "a car is plugged in already");
    charger.plug(Object.fromEntries(Object.entries(car).filter(([, value]) => value !== undefined)));
  },
  unplug: (charger) => {
    if (!charger.plant.car) throw new Refusal(409, "no car is plugged in");
    charger.plant.unplug();
  },
  tap: (charger, body) => {
    const tag = body["idTag"];
    if (typeof tag !== "string" || !/^[\x21-\x7e]{1,20}$/.test(tag)) {
      throw new Refusal(400, "idTag must be 1 to 20 visible ASCII characters");
    }
    charger.plant.tap(tag);
  },
  fault: (charger, body) => {
    const stop = booleanOf(body, "emergencyStop");
    const open = booleanOf(body, "caseOpen");
    if (stop === undefined && open === undefined) throw new Refusal(400, "emergencyStop or caseOpen is missing");
    if (stop !== undefined) charger.plant.emergencyStop = stop;
    if (open !== undefined) charger.plant.caseOpen = open;
  },
  network: (charger, body) => {
    const cut = booleanOf(body, "cut");
    if (cut === undefined) throw new Refusal(400, "cut is missing");
    charger.cutNetwork(cut);
  },
  button: (charger) => charger.plant.press(),
  reset: (charger) => charger.reset(),
};

/** Only pages of this very bench may press its buttons: not another site's, not one that had its name rebound to here. */
function checkOrigin(request: IncomingMessage): void {
  const port = request.socket.localPort ?? 0;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = request.headers;
  if (!host || !hosts.includes(host)) throw new Refusal(403, "wrong Host header");
  if (origin !== undefined && !hosts.some((h) => origin === `http://${h}`))
    throw new Refusal(403, "wrong Origin header");
}

async function readBody(request: IncomingMessage): Promise<Body> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_BODY) throw new Refusal(413, "the body is too long");
  }
  if (text === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Body;
  } catch {
    // falls through to the same answer
  }
  throw new Refusal(400, "the body must be a JSON object");
}

interface Answer {
  type: string;
  text: string;
}

function json(value: unknown): Answer {
  return { type: "application/json", text: JSON.stringify(value) };
}

async function answer(fleet: Fleet, request: IncomingMessage): Promise<Answer> {
  checkOrigin(request);
  const path = new URL(request.url ?? "/", "http://bench").pathname;
  if (request.method === "GET" && path === "/") return { type: "text/html; charset=utf-8", text: BENCH_PAGE };
  if (request.method === "GET" && path === "/api/chargers") {
    return json({ chargers: [...fleet.chargers.values()].map((charger) => charger.view()) });
  }
  const [, id = "", action = ""] = /^\/api\/chargers\/([^/]+)\/([a-z]+)$/.exec(path) ?? [];
  const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (!act) throw new Refusal(404, "no such page");
  if (request.method !== "POST") throw new Refusal(405, "use POST");
  const charger = fleet.chargers.get(id);
  if (!charger) throw new Refusal(404, `no charger ${id} runs here`);
  await act(charger, await readBody(request));
  return json(charger.view());
}

async function handle(fleet: Fleet, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff", "x-frame-options": "DENY" };
  try {
    const { type, text } = await answer(fleet, request);
    response.writeHead(200, { ...headers, "content-type": type }).end(text);
  } catch (error) {
    const status = error instanceof Refusal ? error.status : 500;
    const message = error instanceof Error ? error.message : String(error);
    response.writeHead(status, { ...headers, "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify({ error: message }));
  }
}

/** Serves the bench page and its API on 127.0.0.1; resolves with the server and its port. */
export async function startBench(fleet: Fleet, port: number): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => void handle(fleet, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}
