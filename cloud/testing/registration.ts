import type { connectorStatuses } from "../../shared/ocpp";

/** What the hub tells of a charge point that was registered there. */
export function registration(cpId: string, maxCurrentA: number | null = null, connectors = 1) {
  const device = { vendor: null, model: null, serialNumber: null };
  const settings = { securityProfile: 1, plainFrames: true, maxCurrentA };
  return { cpId, name: null, connectors, tariffId: null, ...settings, ...device };
}

/** What a connector of CP1 says of itself. */
export function saying(connectorId: number, status: (typeof connectorStatuses)[number], errorCode = "NoError") {
  return { cpId: "CP1", connectorId, status, errorCode, info: null, vendorErrorCode: null, chargerTime: null };
}
