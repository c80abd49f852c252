/** What the page tells its waiting service worker. */
export const takeOver = "hitchpost take over";

/** A push message as the system shows it: the cloud sends `{ id, title, body, url }`. A newer one of the same id takes the place of the older. */
export function shownPush(text: string): { title: string; options: NotificationOptions } {
  const { id, title, body, url } = parsed(text);
  return {
    title: title ?? "hitchpost",
    options: { body: body ?? "", ...(id ? { tag: id } : {}), icon: "/icon-192.png", data: url ?? "/" },
  };
}

function parsed(text: string): { id?: string; title?: string; body?: string; url?: string } {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** The page of a notification's address below our own origin; the start for any other. */
export function pagePath(address: unknown, origin: string): string {
  if (typeof address !== "string" || !URL.canParse(address, origin)) return "/";
  const url = new URL(address, origin);
  return url.origin === origin ? url.pathname + url.search : "/";
}
