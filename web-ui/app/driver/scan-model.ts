/** What the code on a charger means to the app. Nothing here goes anywhere: only a page of this app is opened unasked. */

export type Scanned =
  /** A charger's place in this app. */
  | { kind: "place"; path: string }
  /** A charger's page at a hub in some site's network; asked first. */
  | { kind: "hub"; url: string; host: string }
  | { kind: "unknown" };

/**
 * Reads an address: `origin` is this app's own, `hubs` the addresses of the hubs that this device knows, by site, as they were typed. The code holds
 * either this app's page of a connector or a hub's (`http://<hub>/c/CP1/1`, or `/c/CP1` for all that the charger has, as its installer's label has it); everything else is no charger's.
 */
export function meaningOf(text: string, origin: string, hubs: Record<string, string>): Scanned {
  const url = readUrl(text.trim());
  if (!url) return { kind: "unknown" };
  if (url.origin === origin) {
    const path = /^\/places\/[0-9a-f-]{36}\/?$/i.test(url.pathname) ? `${url.pathname}${url.search}` : null;
    return path === null ? { kind: "unknown" } : { kind: "place", path };
  }
  const [, cpId, connectorId] = /^\/c\/([^/]{1,100})(?:\/(\d{1,2}))?\/?$/.exec(url.pathname) ?? [];
  if (cpId === undefined) return { kind: "unknown" };
  const siteId = Object.keys(hubs).find((each) => hostOf(hubs[each] as string) === url.host);
  if (siteId !== undefined) {
    const connector =
      connectorId === undefined ? "" : `?connector=${encodeURIComponent(`${plain(cpId)}/${connectorId}`)}`;
    return { kind: "place", path: `/places/${encodeURIComponent(siteId)}${connector}` };
  }
  // Without whatever else the code's maker has added.
  return { kind: "hub", url: `${url.origin}${url.pathname}`, host: url.host };
}

function readUrl(text: string): URL | null {
  try {
    const url = new URL(text);
    const isPage = (url.protocol === "http:" || url.protocol === "https:") && !url.username && !url.password;
    return isPage ? url : null;
  } catch {
    return null;
  }
}

function hostOf(typed: string): string | undefined {
  return readUrl(/^https?:\/\//i.test(typed) ? typed : `http://${typed}`)?.host;
}

function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
