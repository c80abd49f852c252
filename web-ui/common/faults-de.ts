import type { faultEn } from "./faults";

/** The same in German. */
export const faultDe: Record<keyof typeof faultEn, string> = {
  faultConnectorLockFailure: "Der Stecker lässt sich nicht verriegeln",
  faultEVCommunicationError: "Das Auto antwortet nicht",
  faultGroundFailure: "Fehlerstrom, der Schutz hat ausgelöst",
  faultHighTemperature: "Zu heiß",
  faultInternalError: "Fehler im Ladepunkt",
  faultLocalListConflict: "Seine Schlüsselliste passt nicht zum Hub",
  faultOtherError: "Andere Störung",
  faultOverCurrentFailure: "Zu viel Strom",
  faultOverVoltage: "Spannung zu hoch",
  faultPowerMeterFailure: "Der Zähler ist ausgefallen",
  faultPowerSwitchFailure: "Das Schütz ist ausgefallen",
  faultReaderFailure: "Der Kartenleser ist ausgefallen",
  faultResetFailure: "Neustart misslungen",
  faultUnderVoltage: "Spannung zu niedrig",
  faultWeakSignal: "Schwaches Funksignal",
  faultNoError: "Störung ohne Angabe der Ursache",
};
