import { describe, expect, it } from "vitest";
import type { HubEvent } from "../../shared/events";
import { connectorStatuses } from "../../shared/ocpp";
import type { ConnectorStatus } from "../../shared/ocpp";
import { ended, idOf, online, started, status } from "../http/testing/events";
import { decideStart, overdueReason, startDeadline, startTimes } from "./decide";
import type { StartOrder } from "./decide";
import type { HubState, StartRequest } from "../state/state";
import { registered } from "../testing/registration";
import { start, stateAfter } from "../testing/state-after";

const ready = (word: ConnectorStatus = "Available") => [registered("CP1"), online("CP1"), status("CP1", 1, word)];
const now = Date.parse("2026-11-21T12:00:00Z");
const order: StartOrder = { requestId: "r1", cpId: "CP1", connectorId: 1, idTag: "HPTAG", secretHash: "hash" };
const requested: HubEvent = {
  type: "start.requested",
  data: { requestId: "r1", cpId: "CP1", connectorId: 1, idTag: "HPTAG" },
  local: { secretHash: "hash" },
};
const accepted: HubEvent = { type: "start.accepted", data: { requestId: "r1", cpId: "CP1", connectorId: 1 } };
const failed: HubEvent = {
  type: "start.failed",
  data: { requestId: "r1", cpId: "CP1", connectorId: 1, reason: "rejected" },
};

function codeOf(state: HubState, more: Partial<StartOrder> = {}): string {
  try {
    decideStart(state, { ...order, ...more }, now);
    return "taken";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("a start", () => {
  it("is a request with its secret's hash kept on the hub", () => {
    expect(decideStart(stateAfter(...ready()), order, now)).toEqual({ reply: { isNew: true }, events: [requested] });
  });

  const verdicts: Record<ConnectorStatus, string> = {
    Available: "taken",
    Preparing: "taken",
    Charging: "connector_busy",
    SuspendedEV: "connector_busy",
    SuspendedEVSE: "connector_busy",
    Finishing: "connector_busy",
    Reserved: "connector_reserved",
    Unavailable: "connector_unavailable",
    Faulted: "connector_faulted",
  };
  it.each(connectorStatuses)("at a connector that is %s", (word) => {
    expect(codeOf(stateAfter(...ready(word)))).toBe(verdicts[word]);
  });

  it("needs a charge point and a connector that are known and in reach", () => {
    expect(codeOf(stateAfter(...ready()), { cpId: "CP9" })).toBe("unknown_charge_point");
    expect(codeOf(stateAfter(...ready()), { cpId: "constructor" })).toBe("unknown_charge_point");
    expect(codeOf(stateAfter(...ready()), { connectorId: 2 })).toBe("unknown_connector");
    const two = registered("CP1", { connectors: 2 });
    expect(codeOf(stateAfter(two, online("CP1")), { connectorId: 2 })).toBe("connector_unknown");
    const gone: HubEvent = { type: "chargePoint.offline", data: { cpId: "CP1" } };
    expect(codeOf(stateAfter(...ready(), gone))).toBe("charge_point_offline");
  });

  it("is refused while a session runs, whatever the status says, or somebody else is starting", () => {
    expect(codeOf(stateAfter(...ready(), started(idOf(9))))).toBe("connector_busy");
    expect(codeOf(stateAfter(...ready(), requested), { requestId: "r2" })).toBe("connector_busy");
    expect(codeOf(stateAfter(...ready(), requested, failed), { requestId: "r2" })).toBe("taken");
  });

  it("that is known changes nothing: pending, failed, running or over", () => {
    const session = started(idOf(9), { requestId: "r1" });
    for (const events of [
      [requested],
      [requested, failed],
      [requested, session],
      [requested, session, ended(idOf(9))],
    ]) {
      expect(decideStart(stateAfter(...ready(), ...events), order, now)).toEqual({
        reply: { isNew: false },
        events: [],
      });
    }
  });
});

describe("the patience with a start", () => {
  const requestIn = (state: HubState) => state.startRequests.r1 as StartRequest;
  const deadline = (state: HubState) => (startDeadline(state, requestIn(state)) - start) / 1000;

  it("runs to the answer, then to the plug, then to the transaction", () => {
    expect(deadline(stateAfter(...ready(), [10, requested]))).toBe(10 + 35);
    const plugIn = stateAfter(...ready(), [10, requested], [20, accepted]);
    expect(deadline(plugIn)).toBe(80);
    const plugged = stateAfter(...ready(), [10, requested], [20, accepted], [70, status("CP1", 1, "Preparing")]);
    expect(deadline(plugged)).toBe(130);
    const before = stateAfter(...ready("Preparing"), [10, requested], [20, accepted]);
    expect(deadline(before)).toBe(80);
    const flapping = stateAfter(...ready(), [10, requested], [20, accepted], [900, status("CP1", 1, "Preparing")]);
    expect(deadline(flapping)).toBe(20 + (2 * startTimes.connection) / 1000);
  });

  it("ends with a reason that the driver can use", () => {
    const reason = (state: HubState) => overdueReason(state, requestIn(state));
    const gone: HubEvent = { type: "chargePoint.offline", data: { cpId: "CP1" } };
    expect(reason(stateAfter(...ready(), requested))).toBe("no_answer");
    expect(reason(stateAfter(...ready(), requested, accepted))).toBe("not_plugged_in");
    expect(reason(stateAfter(...ready("Preparing"), requested, accepted))).toBe("not_charging");
    expect(reason(stateAfter(...ready(), requested, accepted, gone))).toBe("offline");
  });
});
