/** The address of a charger's driver page: what its label says, in words and as a QR code. */
export function labelUrl(hubUrl: string, cpId: string): string {
  return new URL(`/c/${encodeURIComponent(cpId)}`, hubUrl).href;
}
