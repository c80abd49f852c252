import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import type { CallAction } from "./calls";
import { calls, isCallAction } from "./calls";
import { routeOf } from "./routes";

/** The standard's own JSON schemas, as a strict charger checks them (the ocpp-rpc package carries them). */
interface Validator {
  subprotocol: string;
  _ajv: { schemas: Record<string, unknown> };
  validate(id: string, payload: unknown): boolean;
}
const load = createRequire(import.meta.url);
const validators = load("../../node_modules/ocpp-rpc/lib/standard-validators.js") as Validator[];
const standard = validators.find(({ subprotocol }) => subprotocol === "ocpp1.6") as Validator;

const schedule = {
  duration: 3600,
  startSchedule: "2026-11-21T12:00:00Z",
  chargingRateUnit: "A",
  chargingSchedulePeriod: [{ startPeriod: 0, limit: 16.5, numberPhases: 3 }],
  minChargingRate: 6,
};
const profile = {
  chargingProfileId: 1,
  transactionId: 7,
  stackLevel: 0,
  chargingProfilePurpose: "TxProfile",
  chargingProfileKind: "Absolute",
  recurrencyKind: "Daily",
  validFrom: "2026-11-21T12:00:00Z",
  validTo: "2026-11-22T12:00:00Z",
  chargingSchedule: schedule,
};
const hash = { hashAlgorithm: "SHA256", issuerNameHash: "aa", issuerKeyHash: "bb", serialNumber: "1" };
const at = "2026-11-21T12:00:00Z";
const accepted = { status: "Accepted" };

/** Action -> a whole request, a field that breaks it, and an answer. */
const examples: Record<CallAction, [request: object, wrong: object, response: object]> = {
  CancelReservation: [{ reservationId: 1 }, { reservationId: "1" }, accepted],
  CertificateSigned: [{ certificateChain: "pem" }, { certificateChain: "" }, accepted],
  ChangeAvailability: [{ connectorId: 0, type: "Inoperative" }, { type: "inoperative" }, { status: "Scheduled" }],
  ChangeConfiguration: [{ key: "A", value: "" }, { key: "x".repeat(51) }, { status: "RebootRequired" }],
  ClearCache: [{}, { more: 1 }, accepted],
  ClearChargingProfile: [
    { id: 1, connectorId: 1, chargingProfilePurpose: "TxProfile", stackLevel: 0 },
    { stackLevel: -1 },
    { status: "Unknown" },
  ],
  DataTransfer: [{ vendorId: "v", messageId: "m", data: "d" }, { vendorId: "" }, { status: "UnknownVendorId" }],
  DeleteCertificate: [{ certificateHashData: hash }, { certificateHashData: {} }, { status: "NotFound" }],
  ExtendedTriggerMessage: [
    { requestedMessage: "SignChargePointCertificate", connectorId: 1 },
    { requestedMessage: "Coffee" },
    { status: "NotImplemented" },
  ],
  GetCompositeSchedule: [
    { connectorId: 1, duration: 60, chargingRateUnit: "W" },
    { duration: 1.5 },
    { status: "Accepted", connectorId: 1, scheduleStart: at, chargingSchedule: schedule },
  ],
  GetConfiguration: [
    { key: ["A"] },
    { key: "A" },
    { configurationKey: [{ key: "A", readonly: false, value: "1" }], unknownKey: ["B"] },
  ],
  GetDiagnostics: [
    { location: "ftp://hub/x", retries: 1, retryInterval: 5, startTime: at, stopTime: at },
    { location: "nowhere" },
    { fileName: "x" },
  ],
  GetInstalledCertificateIds: [
    { certificateType: "ManufacturerRootCertificate" },
    { certificateType: "x" },
    { status: "Accepted", certificateHashData: [hash] },
  ],
  GetLocalListVersion: [{}, { more: 1 }, { listVersion: 3 }],
  GetLog: [
    { logType: "SecurityLog", requestId: 1, retries: 1, retryInterval: 1, log: { remoteLocation: "ftp://hub" } },
    { log: {} },
    { status: "AcceptedCanceled", filename: "x" },
  ],
  InstallCertificate: [
    { certificateType: "CentralSystemRootCertificate", certificate: "pem" },
    { certificate: "x".repeat(5501) },
    { status: "Failed" },
  ],
  RemoteStartTransaction: [
    { connectorId: 1, idTag: "TAG", chargingProfile: profile },
    { idTag: "x".repeat(21) },
    { status: "Rejected" },
  ],
  RemoteStopTransaction: [{ transactionId: 1 }, { transactionId: "1" }, accepted],
  ReserveNow: [
    { connectorId: 0, expiryDate: at, idTag: "TAG", parentIdTag: "P", reservationId: 1 },
    { expiryDate: "tomorrow" },
    { status: "Occupied" },
  ],
  Reset: [{ type: "Hard" }, { type: "hard" }, accepted],
  SendLocalList: [
    {
      listVersion: 1,
      localAuthorizationList: [{ idTag: "TAG", idTagInfo: { status: "Accepted", expiryDate: at, parentIdTag: "P" } }],
      updateType: "Full",
    },
    { updateType: "Half" },
    { status: "VersionMismatch" },
  ],
  SetChargingProfile: [
    { connectorId: 0, csChargingProfiles: profile },
    {
      csChargingProfiles: {
        ...profile,
        chargingSchedule: { ...schedule, chargingSchedulePeriod: [{ startPeriod: 0, limit: 0.25 }] },
      },
    },
    { status: "NotSupported" },
  ],
  SignedUpdateFirmware: [
    {
      requestId: 1,
      retries: 1,
      retryInterval: 1,
      firmware: { location: "x", retrieveDateTime: at, installDateTime: at, signingCertificate: "pem", signature: "s" },
    },
    { firmware: { location: "x" } },
    { status: "RevokedCertificate" },
  ],
  TriggerMessage: [
    { requestedMessage: "MeterValues", connectorId: 1 },
    { connectorId: 0 },
    { status: "NotImplemented" },
  ],
  UnlockConnector: [{ connectorId: 1 }, { connectorId: 0 }, { status: "UnlockFailed" }],
  UpdateFirmware: [
    { location: "https://hub/fw", retries: 1, retrieveDate: at, retryInterval: 1 },
    { retrieveDate: 5 },
    {},
  ],
};

describe.each(Object.entries(examples))("%s", (action, [request, wrong, response]) => {
  const { request: requests, response: responses } = calls[action as CallAction];

  it("what we send is what the standard allows", () => {
    const sent = requests.parse(request);
    expect(sent).toEqual(request);
    expect(standard.validate(`urn:${action}.req`, sent)).toBe(true);
  });

  it("what is wrong, or not in the standard, is not sent", () => {
    expect(requests.safeParse({ ...request, ...wrong }).success).toBe(false);
    expect(requests.safeParse({ ...request, notInTheStandard: 1 }).success).toBe(false);
  });

  it("an answer that the standard allows is understood, with more in it too", () => {
    expect(standard.validate(`urn:${action}.conf`, response)).toBe(true);
    expect(responses.parse(response)).toMatchObject(response);
    expect(responses.safeParse({ ...response, vendorSays: "hi" }).success).toBe(true);
  });
});

it("has every action of the standard and the Security whitepaper, in the direction that it has there", () => {
  const names = Object.keys(standard._ajv.schemas).flatMap((urn) => /^urn:(\w+)\.req$/.exec(urn)?.[1] ?? []);
  expect(names.length).toBeGreaterThan(35);
  expect(names.filter((name) => !isCallAction(name) && !routeOf(name))).toEqual([]);
  expect(names.filter((name) => isCallAction(name) && routeOf(name))).toEqual(["DataTransfer"]);
});

it("an answer without its status, or with one of another message, is not understood", () => {
  for (const [action, [, , response]] of Object.entries(examples)) {
    if (!("status" in response)) continue;
    for (const status of [undefined, "Perhaps"]) {
      const { success } = calls[action as CallAction].response.safeParse({ ...response, status });
      expect([action, success]).toEqual([action, false]);
    }
  }
});

it("knows its actions, and only those", () => {
  expect(["Reset", "Heartbeat", "constructor"].map(isCallAction)).toEqual([true, false, false]);
});
