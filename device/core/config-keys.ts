import { MAX_PERIODS, MAX_STACK_LEVEL } from "./charging-profile";
import { MAX_PROFILES } from "./charging-profiles";
import { isInt } from "./frame";
import type { Payload } from "./frame";
import { MAX_LIST, MAX_LIST_PIECE } from "./local-list";
import type { Saved, Store } from "./store";

/** What a key's value may be: nothing but what it is, a switch, or a whole number of a range "least,most". */
const FIXED = "fixed";
const SWITCH = "switch";
/** Measurands, of which there is one or none. */
const ENERGY = "energy";
/** What to do after ten attempts without the hub. */
const RECONNECT = "reconnect";

/** Keys that flash may hold, by their place in the list below: a new one goes to its end. */
export const MAX_KEYS = 40;

const REGISTER = "Energy.Active.Import.Register";

const MEASURANDS = "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage";

/** The configuration keys of OCPP 1.6 section 9.1 of the profiles that this charger has. */
export class ConfigKeys {
  private names: string[] = [];
  private rules: string[] = [];
  private values: string[] = [];

  constructor(
    private store: Store,
    saved: Saved,
  ) {
    this.number("HeartbeatInterval", 45, 1, 86400);
    this.number("MeterValueSampleInterval", 30, 0, 86400);
    this.number("ConnectionTimeOut", 60, 1, 86400);
    this.number("TransactionMessageAttempts", 3, 1, 100);
    this.number("TransactionMessageRetryInterval", 60, 1, 86400);
    this.number("ClockAlignedDataInterval", 0, 0, 0);
    this.number("ResetRetries", 0, 0, 0);
    this.toggle("AuthorizeRemoteTxRequests", false);
    this.toggle("AllowOfflineTxForUnknownId", false);
    this.toggle("LocalAuthorizeOffline", true);
    this.toggle("StopTransactionOnInvalidId", true);
    this.fixed("UnlockConnectorOnEVSideDisconnect", "true");
    this.toggle("LocalPreAuthorize", false);
    this.fixed("StopTransactionOnEVSideDisconnect", "true");
    this.fixed("AuthorizationCacheEnabled", "false");
    this.fixed("ConnectorPhaseRotation", "1.Unknown");
    this.fixed("GetConfigurationMaxKeys", "20");
    this.fixed("MeterValuesAlignedData", "");
    this.fixed("MeterValuesSampledData", MEASURANDS);
    this.fixed("NumberOfConnectors", "1");
    this.fixed("StopTxnAlignedData", "");
    // a session's samples would not fit the memory: its stop tells the readings at both ends, or none
    this.add("StopTxnSampledData", ENERGY, "");
    this.fixed("SupportedFeatureProfiles", "Core,LocalAuthListManagement,SmartCharging,Reservation,RemoteTrigger");
    this.fixed("ChargeProfileMaxStackLevel", `${MAX_STACK_LEVEL}`);
    this.fixed("ChargingScheduleAllowedChargingRateUnit", "Current,Power");
    this.fixed("ChargingScheduleMaxPeriods", `${MAX_PERIODS}`);
    this.fixed("MaxChargingProfilesInstalled", `${MAX_PROFILES}`);
    this.fixed("ConnectorSwitch3to1PhaseSupported", "false");
    // ours: not of the standard
    this.add("ReconnectAfterLimit", RECONNECT, "Slow");
    this.fixed("RefusedFrames", "0");
    this.fixed("ReserveConnectorZeroSupported", "false");
    this.toggle("LocalAuthListEnabled", true);
    this.fixed("LocalAuthListMaxLength", `${MAX_LIST}`);
    this.fixed("SendLocalListMaxLength", `${MAX_LIST_PIECE}`);
    for (let i = 0; i < this.names.length; i++) {
      const text = saved[`c${i}`];
      if (text !== undefined && valid(this.rules[i] as string, text)) this.values[i] = text;
    }
  }

  private add(name: string, rule: string, value: string): void {
    this.names.push(name);
    this.rules.push(rule);
    this.values.push(value);
  }

  private number(name: string, value: number, min: number, max: number): void {
    this.add(name, `${min},${max}`, `${value}`);
  }

  private toggle(name: string, value: boolean): void {
    this.add(name, SWITCH, value ? "true" : "false");
  }

  private fixed(name: string, value: string): void {
    this.add(name, FIXED, value);
  }

  /** The place of a key, -1 where there is none. */
  indexOf(name: string): number {
    const wanted = name.toLowerCase(); // keys are CiString50
    return this.names.findIndex((n) => n.length === wanted.length && n.toLowerCase() === wanted);
  }

  /** How many there are. */
  count(): number {
    return this.names.length;
  }

  /** A key as GetConfiguration tells it (KeyValue, OCPP 1.6 section 7.29). */
  describe(index: number): Payload {
    return { key: this.names[index], readonly: this.rules[index] === FIXED, value: this.values[index] };
  }

  /** The value of a number key that exists. */
  numberOf(name: string): number {
    return parseInt(this.textOf(name));
  }

  /** The value of a switch that exists. */
  isOn(name: string): boolean {
    return this.textOf(name) === "true";
  }

  /** The value of a key that exists, named as it is written above. */
  textOf(name: string): string {
    return this.values[this.names.indexOf(name)] as string;
  }

  /** One more of what a fixed key counts. */
  countUp(name: string): void {
    this.values[this.names.indexOf(name)] = `${this.numberOf(name) + 1}`;
  }

  /** ChangeConfiguration (OCPP 1.6 section 5.3): the status of its answer. */
  change(name: string, value: string): string {
    const index = this.indexOf(name);
    if (index < 0) return "NotSupported";
    const rule = this.rules[index] as string;
    const text = rule === SWITCH ? value.toLowerCase() : value;
    if (rule === FIXED || !valid(rule, text)) return "Rejected";
    if (this.values[index] !== text) {
      this.values[index] = text;
      if (text.length > 0) this.store.put(`c${index}`, text);
      else this.store.remove(`c${index}`);
    }
    return "Accepted";
  }
}

function valid(rule: string, text: string): boolean {
  if (rule === FIXED) return false;
  if (rule === SWITCH) return text === "true" || text === "false";
  if (rule === RECONNECT) return text === "Slow" || text === "Manual";
  if (rule === ENERGY) return text === "" || text === REGISTER;
  const range = rule.split(",");
  const value = parseInt(text);
  return isInt(value) && `${value}` === text && value >= parseInt(`${range[0]}`) && value <= parseInt(`${range[1]}`);
}
