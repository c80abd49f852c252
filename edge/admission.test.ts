import { pino } from "pino";
import { beforeEach, expect, it } from "vitest";
import type { HubEvent } from "../shared/events";
import type { Knock } from "./admission";
import { createAdmission } from "./admission";
import { PendingChargePoints } from "./pending";
import { createRateLimits } from "./rate-limit";
import { ManualClock } from "./testing/manual-clock";
import type { MemoryStore } from "./testing/memory-store";
import { memoryStore } from "./testing/memory-store";
import { registered } from "./testing/registration";

const clock = new ManualClock();
let store: MemoryStore;
/** What happens while a password is being checked, which takes a while. */
let meanwhile: () => Promise<void>;

beforeEach(async () => {
  store = memoryStore(() => clock.now());
  meanwhile = async () => {};
  await commit(registered("CP1", {}, "right"));
});

const commit = (...events: HubEvent[]) => store.commit(() => ({ reply: undefined, events }));

/** Passwords are their own verifiers here. */
function refuse(more: Partial<Knock> = {}, acceptUnknown = false) {
  const admission = createAdmission({
    store,
    clock,
    log: pino({ level: "silent" }),
    verifier: {
      verify: async (password, stored) => {
        await meanwhile();
        return Buffer.from(password).toString() === stored;
      },
    },
    limits: createRateLimits(() => clock.now(), false),
    pending: new PendingChargePoints(),
    acceptUnknown,
    isFull: () => false,
  });
  const password = Buffer.from("right");
  const knock = {
    cpId: "CP1",
    transport: "mqtt",
    address: "a",
    username: "CP1",
    secure: false,
    certificate: null,
  } as const;
  return admission.refuse({ ...knock, password, ...more });
}

it("lets in who proves what is asked for", async () => {
  expect(await refuse()).toBeNull();
  expect(await refuse({ username: undefined })).toBeNull();
  expect(await refuse({ password: undefined })).toBe("wrong_password");
});

it("who came while strangers were let in is unknown again once they are not, until somebody registers it", async () => {
  const stranger = { cpId: "NEW1", username: "NEW1" };
  expect(await refuse(stranger, true)).toBeNull();
  expect(await refuse(stranger, true)).toBeNull();
  expect(await refuse(stranger)).toBe("unknown");
  await commit(registered("NEW1"));
  expect(await refuse(stranger)).toBeNull();
});

it("a charger with a key for sealed frames comes over MQTT, unless plain frames are allowed", async () => {
  const keyed = (plainFrames: boolean): HubEvent => {
    const made = registered("CP1", { plainFrames }, "right");
    return { ...made, local: { ...made.local, key: "0".repeat(64) } } as HubEvent;
  };
  await commit(keyed(false));
  expect(await refuse()).toBeNull();
  expect(await refuse({ transport: "websocket" })).toBe("insecure");
  await commit(keyed(true));
  expect(await refuse({ transport: "websocket" })).toBeNull();
});

it.each<[what: string, events: HubEvent[]]>([
  ["changed", [registered("CP1", {}, "another")]],
  ["taken away", [registered("CP1")]],
  ["of a charge point that is removed", [{ type: "chargePoint.removed", data: { cpId: "CP1" } }]],
  ["no longer enough", [registered("CP1", { securityProfile: 2 }, "right")]],
])("a password that is %s while it is being checked does not open", async (_what, events) => {
  meanwhile = async () => {
    meanwhile = async () => {};
    await commit(...events);
  };
  expect(await refuse()).toBe("wrong_password");
});

const step = (each: "offered" | "adopted"): HubEvent => ({
  type: "chargePoint.passwordChanging",
  data: { cpId: "CP1", step: each },
  local: { passwordHash: "next" },
});

it("a password that was adopted by another connection while it is being checked opens the next time", async () => {
  await commit(step("offered"));
  meanwhile = async () => {
    meanwhile = async () => {};
    await commit(step("adopted"));
  };
  const password = Buffer.from("next");
  expect(await refuse({ password })).toBe("wrong_password");
  expect(await refuse({ password })).toBeNull();
});

it("a profile that was raised by another connection is raised once", async () => {
  const offered = { cpId: "CP1", step: "offered" as const, securityProfile: 2 };
  await commit({ type: "chargePoint.profileChanging", data: offered });
  expect(await Promise.all([refuse({ secure: true }), refuse({ secure: true })])).toEqual([null, null]);
  const steps = store.events.flatMap((event) =>
    event.type === "chargePoint.profileChanging" ? [event.data.step] : [],
  );
  expect(steps).toEqual(["offered", "adopted"]);
});
