import { pino } from "pino";
import { beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../shared/error";
import type { HubEvent } from "../../shared/events";
import { ended, idOf, started } from "../http/testing/events";
import { FakeGateway } from "../http/testing/hub-app";
import { secretHash } from "./secret";
import { Stopper } from "./stopper";
import { ManualClock, settled } from "../testing/manual-clock";
import { memoryStore } from "../testing/memory-store";
import { registered } from "../testing/registration";

const secret = "s".repeat(40);
const [mine, theirs] = [idOf(1), idOf(2)];

let clock: ManualClock;
let gateway: FakeGateway;
let stopper: Stopper;
let commit: (...events: HubEvent[]) => Promise<null>;

beforeEach(async () => {
  clock = new ManualClock();
  const store = memoryStore(() => clock.now());
  gateway = new FakeGateway();
  stopper = new Stopper({ store, gateway, clock, log: pino({ level: "silent" }) });
  commit = (...events) => store.commit(() => ({ reply: null, events }));
  const data = { requestId: "r1", cpId: "CP1", connectorId: 1, idTag: "TAG" };
  await commit(
    registered("CP1"),
    { type: "start.requested", data, local: { secretHash: secretHash(secret) } },
    started(mine, { requestId: "r1" }),
    started(theirs, { connectorId: 2, transactionId: 8 }),
  );
});

const outcome = (stop: Promise<void>) =>
  stop.then(
    () => "done",
    (error: { code: string; status: number }) => `${error.status} ${error.code}`,
  );

describe("a stop", () => {
  it("by the one who started goes to the charger", async () => {
    gateway.answers.RemoteStopTransaction = () => ({ status: "Accepted" });
    await stopper.stopBySecret(mine, secret);
    expect(gateway.sent("RemoteStopTransaction")).toEqual([{ transactionId: 7 }]);
  });

  it("is refused to everybody else, and nothing is sent", async () => {
    expect(await outcome(stopper.stopBySecret(mine, "x".repeat(40)))).toBe("403 not_yours");
    expect(await outcome(stopper.stopBySecret(theirs, secret))).toBe("403 not_yours");
    expect(await outcome(stopper.stopBySecret(idOf(9), secret))).toBe("404 unknown_session");
    expect(await outcome(stopper.stopBySecret("toString", secret))).toBe("404 unknown_session");
    expect(await outcome(stopper.stop(idOf(9)))).toBe("404 unknown_session");
    expect(gateway.calls).toEqual([]);
  });

  it("of what is over is done already", async () => {
    await commit(ended(mine));
    expect(await outcome(stopper.stopBySecret(mine, secret))).toBe("done");
    expect(await outcome(stopper.stop(mine))).toBe("done");
    expect(gateway.calls).toEqual([]);
  });

  it("by the owner needs no secret", async () => {
    gateway.answers.RemoteStopTransaction = () => ({ status: "Accepted" });
    expect(await outcome(stopper.stop(theirs))).toBe("done");
    expect(gateway.sent("RemoteStopTransaction")).toEqual([{ transactionId: 8 }]);
  });

  it("tells what the charger made of it", async () => {
    gateway.answers.RemoteStopTransaction = () => ({ status: "Rejected" });
    expect(await outcome(stopper.stop(mine))).toBe("409 stop_rejected");
    gateway.answers.RemoteStopTransaction = () => {
      throw new AppError("charge_point_offline", "gone", { status: 409 });
    };
    expect(await outcome(stopper.stop(mine))).toBe("409 charge_point_offline");
  });

  it("is sent once while its answer is awaited, and again after that", async () => {
    const hold: { answer?: (value: unknown) => void } = {};
    gateway.answers.RemoteStopTransaction = () => new Promise((resolve) => (hold.answer = resolve));
    const both = [stopper.stop(mine), stopper.stop(mine)].map(outcome);
    await settled();
    hold.answer?.({ status: "Accepted" });
    expect(await Promise.all(both)).toEqual(["done", "done"]);
    expect(gateway.calls).toHaveLength(1);
    await settled();
    const third = outcome(stopper.stop(mine));
    await settled();
    hold.answer?.({ status: "Accepted" });
    expect(await third).toBe("done");
    expect(gateway.calls).toHaveLength(2);
  });

  it("does not keep a page waiting for a silent charger", async () => {
    const stop = outcome(stopper.stop(mine));
    await settled();
    await clock.advance(8000);
    expect(await stop).toBe("done");
  });

  it("cannot be asked for a transaction that the charger never named", async () => {
    const nameless = idOf(3);
    await commit(started(nameless, { connectorId: 3, transactionId: null }));
    expect(await outcome(stopper.stop(nameless))).toBe("409 stop_not_possible");
  });
});
