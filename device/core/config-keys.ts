import { MAX_PERIODS, MAX_STACK_LEVEL } from "./charging-profile";
import { MAX_PROFILES } from "./charging-profiles";
import { integerOf } from "./frame";
import type { Payload } from "./frame";
import { MAX_LIST, MAX_LIST_PIECE } from "./local-list";
import type { Saved, Store } from "./store";

/** Key kinds: a fixed text, a whole number, a switch. */
const FIXED = 0;
const NUMBER = 1;
const SWITCH = 2;
/** Measurands, of which there is one or none. */
const ENERGY = 3;
/** What to do after ten attempts without the hub. */
const RECONNECT = 4;

/** Keys that flash may hold, by their place in the list below: a new one goes to its end. */
export const MAX_KEYS = 40;

const REGISTER = "Energy.Active.Import.Register";

interface Key {
  name: string;
  kind: number;
  value: string;
  min: number;
  max: number;
}

const MEASURANDS = "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage";

/** The configuration keys of OCPP 1.6 section 9.1 of the profiles that this charger has. */
export class ConfigKeys {
  private keys: Key[] = [];

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
    this.fixed("GetConfigurationMaxKeys", "40");
    this.fixed("MeterValuesAlignedData", "");
    this.fixed("MeterValuesSampledData", MEASURANDS);
    this.fixed("NumberOfConnectors", "1");
    this.fixed("StopTxnAlignedData", "");
    // a session's samples would not fit the memory: its stop tells the readings at both ends, or none
    this.keys.push({ name: "StopTxnSampledData", kind: ENERGY, value: "", min: 0, max: 0 });
    this.fixed("SupportedFeatureProfiles", "Core,LocalAuthListManagement,SmartCharging,Reservation,RemoteTrigger");
    this.fixed("ChargeProfileMaxStackLevel", `${MAX_STACK_LEVEL}`);
    this.fixed("ChargingScheduleAllowedChargingRateUnit", "Current,Power");
    this.fixed("ChargingScheduleMaxPeriods", `${MAX_PERIODS}`);
    this.fixed("MaxChargingProfilesInstalled", `${MAX_PROFILES}`);
    this.fixed("ConnectorSwitch3to1PhaseSupported", "false");
    // ours: not of the standard
    this.keys.push({ name: "ReconnectAfterLimit", kind: RECONNECT, value: "Slow", min: 0, max: 0 });
    this.fixed("RefusedFrames", "0");
    this.fixed("ReserveConnectorZeroSupported", "false");
    this.toggle("LocalAuthListEnabled", true);
    this.fixed("LocalAuthListMaxLength", `${MAX_LIST}`);
    this.fixed("SendLocalListMaxLength", `${MAX_LIST_PIECE}`);
    for (let i = 0; i < this.keys.length; i++) {
      const text = saved[`c${i}`];
      const key = this.keys[i] as Key;
      if (text !== undefined && valid(key, text)) key.value = text;
    }
  }

  private number(name: string, value: number, min: number, max: number): void {
    this.keys.push({ name, kind: NUMBER, value: `${value}`, min, max });
  }

  private toggle(name: string, value: boolean): void {
    this.keys.push({ name, kind: SWITCH, value: value ? "true" : "false", min: 0, max: 0 });
  }

  private fixed(name: string, value: string): void {
    this.keys.push({ name, kind: FIXED, value, min: 0, max: 0 });
  }

  private indexOf(name: string): number {
    const wanted = name.toLowerCase(); // keys are CiString50
    return this.keys.findIndex((k) => k.name.toLowerCase() === wanted);
  }

  /** The value of a number key that exists. */
  numberOf(name: string): number {
    return parseInt(this.textOf(name));
  }

  /** The value of a switch that exists. */
  isOn(name: string): boolean {
    return this.textOf(name) === "true";
  }

  /** The value of a key that exists. */
  textOf(name: string): string {
    return (this.keys[this.indexOf(name)] as Key).value;
  }

  /** One more of what a fixed key counts. */
  count(name: string): void {
    (this.keys[this.indexOf(name)] as Key).value = `${this.numberOf(name) + 1}`;
  }

  /** ChangeConfiguration (OCPP 1.6 section 5.3): the status of its answer. */
  change(name: string, value: string): string {
    const index = this.indexOf(name);
    if (index < 0) return "NotSupported";
    const key = this.keys[index] as Key;
    const text = key.kind === SWITCH ? value.toLowerCase() : value;
    if (key.kind === FIXED || !valid(key, text)) return "Rejected";
    if (key.value !== text) {
      key.value = text;
      if (text.length > 0) this.store.put(`c${index}`, text);
      else this.store.remove(`c${index}`);
    }
    return "Accepted";
  }

  /** GetConfiguration (OCPP 1.6 section 5.8); without a list, every key. */
  get(payload: Payload): Payload {
    const asked = payload["key"];
    const configurationKey: Payload[] = [];
    const unknownKey: unknown[] = [];
    if (Array.isArray(asked) && asked.length > 0) {
      for (const name of asked as unknown[]) {
        const index = typeof name === "string" ? this.indexOf(name) : -1;
        if (index < 0) unknownKey.push(name);
        else configurationKey.push(describe(this.keys[index] as Key));
      }
    } else {
      for (const key of this.keys) configurationKey.push(describe(key));
    }
    return { configurationKey, unknownKey };
  }
}

function describe(key: Key): Payload {
  return { key: key.name, readonly: key.kind === FIXED, value: key.value };
}

function valid(key: Key, text: string): boolean {
  if (key.kind === SWITCH) return text === "true" || text === "false";
  if (key.kind === RECONNECT) return text === "Slow" || text === "Manual";
  if (key.kind === ENERGY) return text === "" || text === REGISTER;
  const value = integerOf({ value: parseInt(text) }, "value");
  return key.kind === NUMBER && value !== undefined && `${value}` === text && value >= key.min && value <= key.max;
}
