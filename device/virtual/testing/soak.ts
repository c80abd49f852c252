import type { Central } from "./central";
import { until } from "../../../shared/testing/until";
import type { VirtualCharger } from "../virtual-charger";

type Payload = Record<string, unknown>;

/** Id tags in a charger's list, all that it has room for, and those that a message brings. */
const LISTED = 200;
const PIECE = 5;

/** A SendLocalList that adds tags, at their longest, or sets them again. */
function pieceOfList(at: number, listVersion: number): Payload {
  const localAuthorizationList = Array.from({ length: PIECE }, (_, i) => ({
    idTag: `CARD-OF-A-DRIVER-${100 + at + i}`,
    idTagInfo: { status: "ConcurrentTx", expiryDate: "2099-01-01T00:00:00.000Z", parentIdTag: "THE-GROUP-OF-DRIVERS" },
  }));
  return { listVersion, updateType: listVersion === 1 ? "Full" : "Differential", localAuthorizationList };
}

/** A SetChargingProfile of as many periods as fit; six of them fill the stack. */
function fullProfile(i: number): Payload {
  const chargingSchedulePeriod = Array.from({ length: 8 }, (_, at) => ({
    startPeriod: at * 3600,
    limit: 10.1 + at,
    numberPhases: 3,
  }));
  return {
    connectorId: i < 4 ? 1 : 0,
    csChargingProfiles: {
      chargingProfileId: 2_147_483_600 + i,
      stackLevel: i % 4,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Recurring",
      recurrencyKind: "Daily",
      validFrom: "2020-01-01T00:00:00.000Z",
      validTo: "2099-01-01T00:00:00.000Z",
      chargingSchedule: { startSchedule: "2020-01-01T00:00:00Z", chargingRateUnit: "A", chargingSchedulePeriod },
    },
  };
}

/** A charger in the worst of its days, whose hub misbehaves. */
export class Soak {
  private version = 0;
  private rounds = 0;

  constructor(
    private readonly central: Central,
    private readonly charger: VirtualCharger,
    /** Lets the charger's time pass. */
    private readonly pass: (ms: number) => Promise<void>,
  ) {}

  private async accepted(action: string, payload: Payload): Promise<void> {
    const answer = JSON.stringify(await this.central.call("CP1", action, payload));
    if (answer !== '{"status":"Accepted"}') throw new Error(`${action}: ${answer}`);
  }

  /** Fills the stack of profiles and the list, and lets a car charge, with a sample each second. */
  async fill(): Promise<void> {
    const { central, charger } = this;
    await central.expectStatus("Available");
    for (let i = 0; i < 6; i += 1) await this.accepted("SetChargingProfile", fullProfile(i));
    for (let at = 0; at < LISTED; at += PIECE) await this.accepted("SendLocalList", pieceOfList(at, ++this.version));
    await this.accepted("ChangeConfiguration", { key: "MeterValueSampleInterval", value: "1" });
    charger.plug({});
    await central.expectStatus("Preparing");
    await this.accepted("RemoteStartTransaction", { idTag: "TAG" });
    await central.expectStatus("Charging");
  }

  /** The line breaks until the queue of samples is full, and comes back with a burst of a hundred calls at once, the longest of each kind. */
  async round(): Promise<void> {
    const { central, charger } = this;
    const r = this.rounds++;
    charger.cutNetwork(true);
    await until("its end", () => !charger.connected);
    await this.pass(30_000);
    charger.cutNetwork(false);
    await until("the line", () => charger.connected);
    for (let i = 0; i < 16; i += 1) this.burst(`${r}-${i}`, i);
    const seen = central.sent("MeterValues").length;
    await until("samples", () => charger.panics > 0 || central.sent("MeterValues").length > seen + 3);
    if (charger.panics > 0) throw new Error(`the program panicked:\n${charger.view().log.join("\n")}`);
    await central.call("CP1", "ClearCache", {}, true);
  }

  private burst(name: string, i: number): void {
    const send = (kind: string, action: string, payload: Payload): void =>
      this.central.send("CP1", [2, `${kind}${name}`, action, payload]);
    send("a", "ChangeConfiguration", { key: "Nonsense", value: "x".repeat(450) });
    send("b", "GetConfiguration", {});
    send("c", "GetConfiguration", { key: Array.from({ length: 20 }, (_, k) => `AKeyThatTheChargerDoesNotHave${k}`) });
    if (i % 2 === 0) send("d", "SendLocalList", pieceOfList((i * PIECE) % LISTED, ++this.version));
    if (i % 4 === 1) send("e", "SetChargingProfile", fullProfile(i % 6));
    if (i % 4 === 3) send("f", "GetCompositeSchedule", { connectorId: 1, duration: 604_800 });
    send("g", "DataTransfer", { vendorId: "v", data: "\u00fc".repeat(500) });
    send("h", "DataTransfer", { vendorId: "v", data: "x".repeat(3000) });
  }
}
