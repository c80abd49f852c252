/** What the hub tells of a charge point that was registered there. */
export function registration(cpId: string, maxCurrentA: number | null = null, connectors = 1) {
  const device = { vendor: null, model: null, serialNumber: null };
  const settings = { securityProfile: 1, plainFrames: true, maxCurrentA };
  return { cpId, name: null, connectors, tariffId: null, ...settings, ...device };
}
