/** What a charger says in the benchmark: a short session, over and over. The same for both servers. */

const METER_VALUES = 6;

/** One charger's script. Texts are made as late as possible and as cheaply as possible: the load must not be the bottleneck. */
export class Script {
  private readonly cpId: string;
  private step = 0;
  private id = 0;
  private registerWh = 100_000;
  private transactionId = 0;
  private startedAt = "";

  constructor(cpId: string) {
    this.cpId = cpId;
  }

  /** The next call, as an OCPP-J array. `now` is ISO 8601. */
  next(now: string): string {
    const step = this.step;
    this.step = (step + 1) % (METER_VALUES + 5);
    if (step === 0) return this.call("StatusNotification", status("Preparing", now));
    if (step === 1) {
      this.startedAt = now;
      return this.call(
        "StartTransaction",
        `{"connectorId":1,"idTag":"BENCH","meterStart":${this.registerWh},"timestamp":"${now}"}`,
      );
    }
    if (step === 2) return this.call("StatusNotification", status("Charging", now));
    if (step < 3 + METER_VALUES) {
      this.registerWh += 60;
      return this.call("MeterValues", this.reading(now));
    }
    if (step === 3 + METER_VALUES) return this.call("Heartbeat", "{}");
    const { transactionId, registerWh } = this;
    return this.call(
      "StopTransaction",
      `{"transactionId":${transactionId},"idTag":"BENCH","meterStop":${registerWh},"timestamp":"${now}","reason":"Local"}`,
    );
  }

  /** The answer to the last call. Throws where it is an error. */
  answered(text: string): void {
    if (!text.startsWith("[3,")) throw new Error(`${this.cpId} (since ${this.startedAt}) was answered ${text}`);
    const match = this.step === 2 ? /"transactionId":(\d+)/.exec(text) : null;
    if (match) this.transactionId = Number(match[1]);
  }

  private call(action: string, payload: string): string {
    this.id += 1;
    return `[2,"${this.id}","${action}",${payload}]`;
  }

  private reading(now: string): string {
    const values = [
      `{"value":"${this.registerWh}","context":"Sample.Periodic","measurand":"Energy.Active.Import.Register","unit":"Wh"}`,
      '{"value":"7360","context":"Sample.Periodic","measurand":"Power.Active.Import","unit":"W"}',
      '{"value":"16.0","context":"Sample.Periodic","measurand":"Current.Import","phase":"L1","unit":"A"}',
      '{"value":"230.1","context":"Sample.Periodic","measurand":"Voltage","phase":"L1","unit":"V"}',
    ];
    const meterValue = `[{"timestamp":"${now}","sampledValue":[${values.join(",")}]}]`;
    return `{"connectorId":1,"transactionId":${this.transactionId},"meterValue":${meterValue}}`;
  }
}

function status(status: string, now: string): string {
  return `{"connectorId":1,"status":"${status}","errorCode":"NoError","timestamp":"${now}"}`;
}
