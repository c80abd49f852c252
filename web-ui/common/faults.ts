/** OCPP 1.6 ChargePointErrorCode (section 7.6) in plain words. */
export const faultEn = {
  faultConnectorLockFailure: "The plug cannot be locked",
  faultEVCommunicationError: "The car does not answer",
  faultGroundFailure: "Residual current, protection has tripped",
  faultHighTemperature: "Too hot",
  faultInternalError: "Fault inside the charger",
  faultLocalListConflict: "Its list of keys does not fit the hub's",
  faultOtherError: "Fault of another kind",
  faultOverCurrentFailure: "Too much current",
  faultOverVoltage: "Voltage too high",
  faultPowerMeterFailure: "The meter has failed",
  faultPowerSwitchFailure: "The contactor has failed",
  faultReaderFailure: "The card reader has failed",
  faultResetFailure: "It could not restart",
  faultUnderVoltage: "Voltage too low",
  faultWeakSignal: "Weak radio signal",
  faultNoError: "Fault without a cause given",
} as const;

type FaultKey = keyof typeof faultEn;

/** The text of a charger's error code; a code of its maker's own is a fault of another kind. */
export function faultKey(errorCode: string): FaultKey {
  const key = `fault${errorCode}`;
  return Object.hasOwn(faultEn, key) ? (key as FaultKey) : "faultOtherError";
}
