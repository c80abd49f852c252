import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { temporaryFolder } from "../../shared/testing/folder";
import { LocalLists } from "../../edge/local-list/local-lists";
import { startTestHub } from "../../edge/testing/hub";
import type { TestHub } from "../../edge/testing/hub";
import { registered } from "../../edge/testing/registration";
import type { HubEvent } from "../../shared/events";
import { until } from "../../shared/testing/until";
import { scaledClock } from "./clock";
import { startFleet } from "./fleet";
import type { Fleet } from "./fleet";
import { buildProgram } from "./testing/build";

let hub: TestHub;
let lists: LocalLists;
let fleet: Fleet;
let folder: string;

const tag = (idTag: string, more: object = {}): HubEvent => ({
  type: "idTag.set",
  data: {
    idTag,
    status: "Accepted",
    expiryDate: "2199-01-01T00:00:00.000Z",
    parentIdTag: "A-GROUP-WITH-A-NAME",
    ...more,
  },
});
const cards = Array.from({ length: 198 }, (_, i) => tag(`CARD-OF-A-DRIVER-${100 + i}`));

beforeAll(buildProgram);
beforeEach(async () => {
  folder = temporaryFolder();
  const blocked = tag("LOST", { status: "Blocked" });
  hub = await startTestHub({ events: [registered("CP1"), ...cards, blocked] });
  lists = new LocalLists({ store: hub.store, gateway: hub.peers, clock: hub.clock, log: hub.log });
});
afterEach(async () => {
  fleet.stop();
  lists.stop();
  await hub.close();
});

it("the hub brings the charger its list in pieces, then what has changed; offline it decides by it", async () => {
  const where = { hubHost: "127.0.0.1", hubPort: hub.mqttPort, password: "", dataDir: folder };
  fleet = await startFleet({ ids: ["CP1"], ...where, clock: scaledClock(20) });
  const charger = fleet.chargers.get("CP1");
  if (!charger) throw new Error("no charger");
  // it takes calls once it knows that it is accepted, and says how it is then
  await until("its status", () => hub.store.state.chargePoints["CP1"]?.connectors[1]?.status === "Available");
  const told = () => hub.store.state.localLists?.chargers["CP1"];
  const inStep = (entries: number) => {
    hub.clock.advance(5000); // after which it looks at what a charger has
    return until("the list", () => told()?.entries === entries && told()?.complete);
  };
  await inStep(199);
  await hub.store.commit(() => ({
    reply: null,
    events: [tag("NEW"), tag("CARD-OF-A-DRIVER-107", { status: "Blocked" })],
  }));
  await inStep(200);

  const heard: string[] = [];
  hub.store.subscribe((events) => void heard.push(...events.map(({ type }) => type)));
  await charger.reset();
  await until("its boot", () => heard.includes("chargePoint.booted"));
  // it answers once it knows that it is accepted, and has the time from the same answer, by which it tells who has expired
  await hub.peers.call("CP1", "GetLocalListVersion", {}, { timeoutMs: 60_000 });
  charger.cutNetwork(true);
  await until("offline", () => !charger.connected);
  charger.plug({});
  const obey = charger.plant.obey.bind(charger.plant);
  let rounds = 0;
  charger.plant.obey = (outputs) => {
    rounds += 1;
    obey(outputs);
  };
  for (const idTag of ["LOST", "CARD-OF-A-DRIVER-107", "STRANGER"]) {
    charger.plant.tap(idTag);
    // the program repeats its outputs each half second of its own time: by the third it has long seen the tag
    const from = rounds;
    await until("its decision", () => rounds >= from + 3);
    expect(charger.plant.contactorClosed).toBe(false);
  }
  charger.plant.tap("card-of-a-driver-297");
  await until("the contactor", () => charger.plant.contactorClosed);
  charger.plant.tap("NEW"); // of the same group
  await until("its end", () => !charger.plant.contactorClosed);
  charger.cutNetwork(false);
  await until("the session at the hub", () => hub.sessions().length === 1);
  expect(charger.panics).toBe(0);
});
