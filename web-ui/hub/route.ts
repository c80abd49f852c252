/** What an address of the hub's page asks for. */
export type Route =
  | { page: "list"; cpId: string | null }
  | { page: "connector"; cpId: string; connectorId: number }
  | { page: "receipt"; sessionId: string };

/** Reads `/`, `/c/{cpId}`, `/c/{cpId}/{connector}` and `/s/{sessionId}`; anything else is the list of chargers. */
export function routeOf(path: string): Route {
  const [kind, id, number] = (path.split(/[?#]/)[0] as string).split("/").filter(Boolean).map(decode);
  if (kind === "s" && id) return { page: "receipt", sessionId: id };
  if (kind === "c" && id && number && /^\d{1,2}$/.test(number)) {
    return { page: "connector", cpId: id, connectorId: Number(number) };
  }
  return { page: "list", cpId: (kind === "c" && id) || null };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a connector's page. */
export function connectorPath(cpId: string, connectorId: number): string {
  return `/c/${encodeURIComponent(cpId)}/${connectorId}`;
}

/** The address of a receipt; the secret that opens it goes behind `#`, which browsers never send. */
export function receiptPath(sessionId: string, secret?: string): string {
  return `/s/${encodeURIComponent(sessionId)}${secret ? `#${secret}` : ""}`;
}
