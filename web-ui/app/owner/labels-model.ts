/** Where the code on a charger leads. */

/** A hub's address at its site as people type it, with or without scheme and port; null: it is none. The page's own port is 8080 unless another is named. */
export function readHubAddress(text: string): string | null {
  const match = /^\s*(https?:\/\/)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?\/?\s*$/i.exec(text);
  if (!match) return null;
  const [, scheme = "http://", host, port] = match;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return null;
  const plain = scheme.toLowerCase() === "http://";
  return `${scheme.toLowerCase()}${host?.toLowerCase()}:${port ?? (plain ? "8080" : "8443")}`;
}

/** The page of a connector at the hub. */
export function hubLink(hub: string, { cpId, connectorId }: { cpId: string; connectorId: number }): string {
  return `${hub}/c/${encodeURIComponent(cpId)}/${connectorId}`;
}
