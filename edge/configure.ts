import type { Clock } from "./clock";
import type { Gateway } from "./gateway";
import type { Log } from "./log";

/** What became of a wish: `RebootRequired` takes effect later, `Kept` was so already, `NoAnswer` ended the attempt. */
type ConfigurationOutcome =
  "Kept" | "Accepted" | "RebootRequired" | "Rejected" | "NotSupported" | "ReadOnly" | "Ignored" | "NoAnswer";

interface ConfigurationReport {
  /** Epoch ms. */
  at: number;
  keys: Record<string, { wanted: string; outcome: ConfigurationOutcome }>;
}

interface ConfiguratorDeps {
  gateway: Gateway;
  clock: Clock;
  log: Log;
  /** Key -> value, as OCPP 1.6 chapter 9 names them. */
  wanted: Record<string, string>;
}

/** What the hub wants of every charger. `sampleInterval` in seconds. */
export function standardConfiguration(heartbeatInterval: number, sampleInterval: number): Record<string, string> {
  const sampled = "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage";
  return {
    HeartbeatInterval: String(heartbeatInterval),
    MeterValueSampleInterval: String(sampleInterval),
    MeterValuesSampledData: sampled,
    StopTxnSampledData: "Energy.Active.Import.Register",
    ClockAlignedDataInterval: "0",
    StopTransactionOnEVSideDisconnect: "true",
    StopTransactionOnInvalidId: "true",
    LocalAuthListEnabled: "true",
    LocalAuthorizeOffline: "true",
  };
}

/** After the boot's answer a charger has its own things to tell first. */
const DELAY_MS = 2000;
/** A charger that is silent so long to one of these is left alone until its next boot. */
const PATIENCE_MS = 10_000;

/**
 * Brings a charger's configuration to what the site wants, once a boot: asks, changes what differs, and reads back what it accepted. What a
 * charger accepts and does not keep is not pushed again while the hub runs, so that one which reboots at each change cannot loop.
 */
export class Configurator {
  private readonly deps: ConfiguratorDeps;
  private readonly reports = new Map<string, ConfigurationReport>();
  private readonly running = new Set<string>();

  constructor(deps: ConfiguratorDeps) {
    this.deps = deps;
  }

  /** After an accepted boot. Returns at once. */
  booted(cpId: string): void {
    if (this.running.has(cpId)) return;
    this.running.add(cpId);
    this.deps.clock.after(DELAY_MS, () => {
      void this.configure(cpId)
        .catch((error: unknown) => this.deps.log.debug({ err: error, cpId }, "could not configure a charger"))
        .finally(() => this.running.delete(cpId));
    });
  }

  /** What came of the last attempt, or null. */
  report(cpId: string): ConfigurationReport | null {
    return this.reports.get(cpId) ?? null;
  }

  private async configure(cpId: string): Promise<void> {
    const report: ConfigurationReport = { at: this.deps.clock.now(), keys: {} };
    const before = this.reports.get(cpId);
    this.reports.set(cpId, report);
    const { wanted } = this.deps;
    const known = await this.read(cpId, Object.keys(wanted));
    const changed: string[] = [];
    for (const [key, value] of Object.entries(wanted)) {
      const settled = (known && outcomeOf(known, key, value)) ?? stuck(before, key, value);
      report.keys[key] = { wanted: value, outcome: settled ?? "NoAnswer" };
      if (settled) continue;
      const answer = await this.change(cpId, key, value);
      report.keys[key] = { wanted: value, outcome: answer ?? "NotSupported" };
      if (answer === "Accepted") changed.push(key);
      // Neither asked nor told: the charger does not know configuration at all.
      if (answer === null && known === null) break;
    }
    if (changed.length > 0) await this.verify(cpId, changed, report);
    const left = Object.entries(report.keys).filter(([, { outcome }]) => outcome !== "Kept" && outcome !== "Accepted");
    if (left.length > 0) this.deps.log.info({ cpId, keys: Object.fromEntries(left) }, "configured a charger in part");
  }

  /** What the charger says of these keys; null: it does not know the question. Rejects when it does not answer. */
  private async read(cpId: string, keys: string[]): Promise<Known | null> {
    try {
      const options = { timeoutMs: PATIENCE_MS, background: true };
      const answer = await this.deps.gateway.call(cpId, "GetConfiguration", { key: keys }, options);
      const entries = (answer.configurationKey ?? []).map(
        ({ key, value, readonly }) => [key, { value: value ?? "", readonly: readonly === true }] as const,
      );
      return { values: new Map(entries), unknown: new Set(answer.unknownKey ?? []) };
    } catch (error) {
      if (isRefusal(error)) return null;
      throw error;
    }
  }

  /** The charger's answer; null: it does not know the question. Rejects when it does not answer. */
  private async change(cpId: string, key: string, value: string): Promise<ConfigurationOutcome | null> {
    try {
      const options = { timeoutMs: PATIENCE_MS, background: true };
      return (await this.deps.gateway.call(cpId, "ChangeConfiguration", { key, value }, options)).status;
    } catch (error) {
      if (isRefusal(error)) return null;
      throw error;
    }
  }

  private async verify(cpId: string, keys: string[], report: ConfigurationReport): Promise<void> {
    const known = await this.read(cpId, keys);
    for (const key of keys) {
      const wanted = report.keys[key]?.wanted ?? "";
      if (known?.values.has(key) && !isSame(known.values.get(key)?.value, wanted)) {
        report.keys[key] = { wanted, outcome: "Ignored" };
      }
    }
  }
}

interface Known {
  values: Map<string, { value: string; readonly: boolean }>;
  unknown: Set<string>;
}

/** null: it must be changed. */
function outcomeOf({ values, unknown }: Known, key: string, wanted: string): ConfigurationOutcome | null {
  if (unknown.has(key)) return "NotSupported";
  const known = values.get(key);
  if (isSame(known?.value, wanted)) return "Kept";
  return known?.readonly ? "ReadOnly" : null;
}

/** What a charger was told before and does not keep. */
function stuck(before: ConfigurationReport | undefined, key: string, wanted: string): ConfigurationOutcome | null {
  const last = before?.keys[key];
  if (last?.wanted !== wanted || last.outcome === "Kept" || last.outcome === "NoAnswer") return null;
  return last.outcome === "Accepted" ? "Ignored" : last.outcome;
}

function isSame(value: string | undefined, wanted: string): boolean {
  return value?.replace(/\s+/g, "").toLowerCase() === wanted.toLowerCase();
}

/** An answer, though not a useful one: the charger lives. */
function isRefusal(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === "call_error" || code === "invalid_response";
}
