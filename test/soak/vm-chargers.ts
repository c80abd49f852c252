import { join } from "node:path";
import type { Program } from "../support/programs";
import { launch, request } from "../support/programs";
import type { Charger } from "./charger";

interface View {
  id: string;
  plugged: boolean;
  contactor: boolean;
}

/** The chargers of one site that run our own program in VMs, all in one process. */
export class VmFleet {
  readonly chargers: VmCharger[];
  program!: Program;
  running = false;

  constructor(
    private readonly options: { first: string; count: number; mqttPort: number; passwordFile: string; folder: string },
  ) {
    const { first, count } = options;
    const [, stem = "", number = "1"] = /^(.*?)(\d+)$/.exec(first) ?? [];
    this.chargers = Array.from(
      { length: count },
      (_, index) => new VmCharger(this, `${stem}${Number(number) + index}`),
    );
  }

  async start(): Promise<void> {
    const { first, count, mqttPort, passwordFile, folder } = this.options;
    const at = ["--id", first, "--count", String(count), "--hub", `mqtt://127.0.0.1:${mqttPort}`];
    const rest = ["--password-file", passwordFile, "--sample-interval", "5", "--data", join(folder, "chargers")];
    this.program = await launch("charger", [...at, ...rest, "--bench-port", "0"], {});
    this.running = true;
  }

  async kill(): Promise<void> {
    this.running = false;
    await this.program.kill();
  }

  press(cpId: string, action: string, body: object = {}): Promise<unknown> {
    return request("POST", `http://127.0.0.1:${this.program.ready.http}/api/chargers/${cpId}/${action}`, { body });
  }

  async view(cpId: string): Promise<View> {
    const { chargers } = await request<{ chargers: View[] }>(
      "GET",
      `http://127.0.0.1:${this.program.ready.http}/api/chargers`,
    );
    return chargers.find(({ id }) => id === cpId)!;
  }
}

/** One charger that runs our own program; a car stays with it only while its process lives. */
class VmCharger implements Charger {
  taken = false;

  constructor(
    readonly fleet: VmFleet,
    readonly cpId: string,
  ) {}

  async plug(): Promise<void> {
    await this.fleet.press(this.cpId, "plug", { batteryWh: 60_000, soc: 0.1 });
  }

  async unplug(): Promise<void> {
    if ((await this.fleet.view(this.cpId)).plugged) await this.fleet.press(this.cpId, "unplug");
  }

  async tap(idTag: string): Promise<void> {
    await this.fleet.press(this.cpId, "tap", { idTag });
  }

  async quiet(): Promise<boolean> {
    const { plugged, contactor } = await this.fleet.view(this.cpId);
    return !plugged && !contactor;
  }

  registerWh(): Promise<null> {
    return Promise.resolve(null);
  }
}
