/**
 * The tokens of share links, which let this visitor see a place that is not everybody's. A token leaves the address before the app asks anything, so that neither
 * a bookmark, a screenshot nor a Referer carries it, and stays in this tab's own store until it is used or the tab is closed. It goes to the cloud and nowhere else.
 */

const keyOf = (siteId: string) => `hitchpost share ${siteId}`;

/** Takes the token out of the address of a place (`?share=`), where there is one. */
export function takeShare(): void {
  const url = new URL(location.href);
  const token = url.searchParams.get("share");
  const [, siteId] = /^\/places\/([^/]+)/.exec(url.pathname) ?? [];
  if (token === null || siteId === undefined) return;
  if (token) sessionStorage.setItem(keyOf(siteId), token);
  url.searchParams.delete("share");
  history.replaceState(null, "", `${url.pathname}${url.search}${url.hash}`);
}

/** The token that this tab has for a site; null: none. */
export function shareOf(siteId: string): string | null {
  return sessionStorage.getItem(keyOf(siteId));
}

/** Forgets a token: it was used, or opens nothing. */
export function forgetShare(siteId: string): void {
  sessionStorage.removeItem(keyOf(siteId));
}

/** The address of something of a place's, with the token where there is one. */
export function withShare(siteId: string, address: string): string {
  const share = shareOf(siteId);
  if (share === null) return address;
  return `${address}${address.includes("?") ? "&" : "?"}share=${encodeURIComponent(share)}`;
}
