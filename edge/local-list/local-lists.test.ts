import { afterEach, describe, expect, it } from "vitest";
import type { HubEvent } from "../../shared/events";
import { eventually } from "../../shared/testing/eventually";
import type { TestHub } from "../testing/hub";
import { startTestHub } from "../testing/hub";
import { registered } from "../testing/registration";
import { OcppError, WsCharger } from "../testing/ws-charger";
import { LocalLists } from "./local-lists";

let hub: TestHub;
let lists: LocalLists;
afterEach(async () => {
  lists.stop();
  await hub.close();
});

const set = (idTag: string, more: object = {}): HubEvent => ({
  type: "idTag.set",
  data: { idTag, status: "Accepted", expiryDate: null, parentIdTag: null, ...more },
});
const removed = (idTag: string): HubEvent => ({ type: "idTag.removed", data: { idTag } });
const boot = { chargePointVendor: "V", chargePointModel: "M", firmwareVersion: "1" };
const commit = (...events: HubEvent[]) => hub.store.commit(() => ({ reply: null, events }));

/** A charger's own list, as OCPP 1.6 section 5.15 has it. */
class ListKeeper {
  version = 0;
  tags = new Map<string, string>();
  /** Answers instead of what is right. */
  answers: string[] = [];
  charger!: WsCharger;

  async connect(configuration: Record<string, string> = {}): Promise<this> {
    this.charger = await WsCharger.connect(hub.url, "CP1");
    this.charger
      .on("GetLocalListVersion", () => ({ listVersion: this.version }))
      .on("GetConfiguration", ({ key }) => ({
        configurationKey: Object.entries(configuration)
          .filter(([name]) => (key as string[]).includes(name))
          .map(([name, value]) => ({ key: name, value, readonly: true })),
      }))
      .on("SendLocalList", (payload) => ({ status: this.answers.shift() ?? this.take(payload as never) }));
    return this;
  }

  async boot(): Promise<void> {
    await this.charger.call("BootNotification", boot);
    await pass();
  }

  private take(update: {
    listVersion: number;
    updateType: string;
    localAuthorizationList: { idTag: string; idTagInfo?: { status: string } }[];
  }): string {
    if (update.updateType === "Full") this.tags.clear();
    else if (update.listVersion <= this.version) return "VersionMismatch";
    this.version = update.listVersion;
    for (const { idTag, idTagInfo } of update.localAuthorizationList) {
      if (idTagInfo) this.tags.set(idTag, idTagInfo.status);
      else this.tags.delete(idTag);
    }
    return "Accepted";
  }

  sent(action: string): Record<string, unknown>[] {
    return this.charger.calls.filter((call) => call.action === action).map(({ payload }) => payload);
  }

  types(): unknown[] {
    return this.sent("SendLocalList").map(({ updateType }) => updateType);
  }
}

/** A hub with tags, and a charger that has connected and not booted. */
async function start(events: HubEvent[], configuration: Record<string, string> = {}): Promise<ListKeeper> {
  hub = await startTestHub({ events: [registered("CP1"), ...events] });
  lists = new LocalLists({ store: hub.store, gateway: hub.peers, clock: hub.clock, log: hub.log });
  return new ListKeeper().connect(configuration);
}

/** A hub with tag A, and a charger whose list has it. */
async function startInStep(): Promise<ListKeeper> {
  const keeper = await start([set("A")]);
  await keeper.boot();
  await inStep(keeper);
  return keeper;
}

/** Lets the time pass after which chargers are looked at. */
const pass = () => hub.clock.advance(5000);
const told = () => hub.store.state.localLists?.chargers.CP1;
const inStep = async (keeper: ListKeeper) => {
  const wanted = Object.values(hub.store.state.idTags).map(({ idTag, status }) => [idTag, status]);
  await eventually(() => {
    expect([...keeper.tags].toSorted()).toEqual(wanted.toSorted());
    expect(told()).toMatchObject({ supported: true, listVersion: keeper.version });
  });
};

it("sends the whole list after the first boot, and then only what changes", async () => {
  const keeper = await start([set("A"), set("B", { status: "Blocked" })]);
  await keeper.charger.call("Heartbeat", {});
  await pass();
  expect(keeper.charger.calls).toEqual([]);
  await keeper.boot();
  await inStep(keeper);
  await commit(set("C"), removed("a"));
  await pass();
  await inStep(keeper);
  expect(keeper.types()).toEqual(["Full", "Differential"]);
  expect(keeper.sent("SendLocalList")[1]).toEqual({
    listVersion: 2,
    updateType: "Differential",
    localAuthorizationList: [{ idTag: "A" }, { idTag: "C", idTagInfo: { status: "Accepted" } }],
  });
});

it("asks for the version after a boot, and sends nothing where it fits", async () => {
  const keeper = await startInStep();
  await keeper.boot();
  await eventually(() => expect(keeper.sent("GetLocalListVersion")).toHaveLength(2));
  await keeper.charger.call("Heartbeat", {});
  expect(keeper.types()).toEqual(["Full"]);
});

it("a charger that forgot its list, or whose answer was lost in a crash, gets the whole list", async () => {
  const keeper = await startInStep();
  for (const version of [0, 5]) {
    keeper.version = version;
    keeper.tags.clear();
    await keeper.boot();
    await inStep(keeper);
  }
  expect(keeper.types()).toEqual(["Full", "Full", "Full"]);
  expect(keeper.version).toBe(6);
});

it("what changed while a charger was away reaches it when it comes back, without a boot", async () => {
  const keeper = await startInStep();
  await keeper.charger.close();
  await commit({ type: "chargePoint.offline", data: { cpId: "CP1" } }, set("B"));
  await pass();
  await keeper.connect();
  await keeper.charger.call("Heartbeat", {});
  await pass();
  await inStep(keeper);
  expect(keeper.types()).toEqual(["Differential"]);
});

it.each(["VersionMismatch", "Failed"])(
  "a change that is answered with %s is sent as the whole list",
  async (answer) => {
    const keeper = await startInStep();
    keeper.answers = [answer];
    await commit(set("B"));
    await pass();
    await inStep(keeper);
    expect(keeper.types()).toEqual(["Full", "Differential", "Full"]);
  },
);

it("a charger that did not answer is asked again, ever less often, without a boot or a change", async () => {
  const keeper = await start([set("A")]);
  let patience = 2;
  keeper.charger.on("GetLocalListVersion", () => {
    if (patience-- > 0) throw new OcppError("InternalError", "busy");
    return { listVersion: keeper.version };
  });
  await keeper.boot();
  const failures = () => hub.lines.flatMap(({ msg, times }) => (String(msg).includes("not in step") ? [times] : []));
  await eventually(() => expect(failures()).toEqual([1]));
  await hub.clock.advance(60_000);
  await pass();
  await eventually(() => expect(failures()).toEqual([1, 2]));
  await hub.clock.advance(60_000);
  await pass();
  expect(told()).toBeUndefined();
  await hub.clock.advance(60_000);
  await pass();
  await inStep(keeper);
  await hub.clock.advance(3_600_000);
  expect(keeper.sent("GetLocalListVersion")).toHaveLength(3);
});

it("a charger that does not take the list at all is tried again at its next boot", async () => {
  const keeper = await start([set("A")]);
  keeper.answers = ["Failed"];
  await keeper.boot();
  await eventually(() =>
    expect(hub.lines.map(({ msg }) => msg)).toContain("a charger's local list is not in step yet"),
  );
  expect(told()).toBeUndefined();
  await keeper.boot();
  await inStep(keeper);
});

it("pieces are as large as the charger takes, and a charger without room for all gets those that may charge", async () => {
  const tags = [set("X", { status: "Blocked" }), ...["A", "B", "C", "D", "E"].map((idTag) => set(idTag))];
  const keeper = await start(tags, { LocalAuthListMaxLength: "5", SendLocalListMaxLength: "2" });
  await keeper.boot();
  await eventually(() => expect(told()).toMatchObject({ entries: 5, complete: false, listVersion: 3 }));
  expect(keeper.types()).toEqual(["Full", "Differential", "Differential"]);
  expect([...keeper.tags.keys()]).toEqual(["A", "B", "C", "D", "E"]);
  await commit(removed("A"));
  await pass();
  await inStep(keeper);
  expect(keeper.types().slice(3)).toEqual(["Full", "Differential", "Differential"]);
});

describe("a charger that keeps no list", () => {
  it.each<[string, (keeper: ListKeeper) => void]>([
    ["version -1", (keeper) => (keeper.version = -1)],
    ["the answer NotSupported", (keeper) => (keeper.answers = ["NotSupported"])],
    [
      "an error",
      (keeper) =>
        keeper.charger.on("GetLocalListVersion", () => {
          throw new OcppError("NotImplemented", "");
        }),
    ],
  ])("says so by %s, and is left alone until its firmware changes", async (_how, refuse) => {
    const keeper = await start([set("A")]);
    refuse(keeper);
    await keeper.boot();
    await eventually(() => expect(told()).toMatchObject({ supported: false, firmwareVersion: "1" }));
    const calls = keeper.charger.calls.length;
    await keeper.charger.call("BootNotification", boot);
    await commit(set("B"));
    await pass();
    await keeper.charger.call("Heartbeat", {});
    expect(keeper.charger.calls).toHaveLength(calls);
    keeper.version = 0;
    keeper.charger.on("GetLocalListVersion", () => ({ listVersion: keeper.version }));
    await keeper.charger.call("BootNotification", { ...boot, firmwareVersion: "2" });
    await pass();
    await inStep(keeper);
  });
});

it("a charger that is silent, or unknown to configuration, disturbs nothing", async () => {
  const keeper = await start([set("A")]);
  keeper.charger.on("GetConfiguration", () => {
    throw new OcppError("NotSupported", "");
  });
  await keeper.boot();
  await inStep(keeper);
  const silent = await WsCharger.connect(hub.url, "CP1");
  await commit(set("B"));
  await pass();
  await silent.until(() => silent.calls.length > 0);
  await hub.clock.advance(15_000);
  expect(silent.calls.map(({ action }) => action)).toEqual(["GetLocalListVersion"]);
  expect(await silent.call("Heartbeat", {})).toHaveProperty("currentTime");
});

it("tags that change while a list is being sent follow, and no list is touched before the first tag", async () => {
  const keeper = await start([]);
  await keeper.boot();
  expect(keeper.charger.calls).toEqual([]);
  await commit(set("A"));
  let answered = false;
  keeper.charger.on("GetLocalListVersion", () => {
    if (!answered) void commit(set("B"));
    answered = true;
    return { listVersion: keeper.version };
  });
  await pass();
  await eventually(async () => {
    await pass();
    expect([...keeper.tags.keys()].toSorted()).toEqual(["A", "B"]);
  });
  await inStep(keeper);
});

it("a charge point that is removed leaves no record", async () => {
  const keeper = await startInStep();
  await commit({ type: "chargePoint.removed", data: { cpId: "CP1" } }, set("B"));
  expect(told()).toBeUndefined();
  await pass();
  expect(keeper.types()).toEqual(["Full"]);
});
