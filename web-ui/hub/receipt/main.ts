import { handedOver, keeperOf } from "../mine";
import { routeOf } from "../route";

/**
 * The script of a receipt's page, a few lines: the hub writes receipts itself, and shows one to whoever sends the secret that is behind the address's `#`
 * or in this browser's memory. The page that comes back takes the place of this one's contents.
 */
const root = document.getElementById("app") as HTMLElement;
document.documentElement.dataset["alive"] = "true";
root.addEventListener("click", (event) => {
  if ((event.target as Element).closest("#print")) print();
});
// Where the hub has shown it already, there is nothing to fetch.
if (root.querySelector("[aria-busy]")) void open();

async function open(): Promise<void> {
  const route = routeOf(location.pathname);
  const sessionId = route.page === "receipt" ? route.sessionId : "";
  const keeper = keeperOf({
    getItem: (key) => localStorage.getItem(key),
    setItem: (key, value) => localStorage.setItem(key, value),
  });
  const handed = handedOver(location.hash);
  if (handed) keeper.keepReceipt(sessionId, handed.secret);
  const secret = handed?.secret ?? keeper.receiptSecret(sessionId);
  if (!secret) return reveal("locked");
  try {
    const response = await fetch(location.pathname + location.search, {
      headers: { authorization: `Bearer ${secret}`, accept: "text/html" },
      cache: "no-store",
      signal: AbortSignal.timeout(10_000),
    });
    // Only what is within: the style of that answer has a nonce that this page's policy does not know.
    const inner = /<div id="app">(.*)<\/div><\/body>/s.exec(await response.text())?.[1];
    if (inner === undefined) return reveal("lost");
    const shown = new DOMParser().parseFromString(inner, "text/html").body;
    root.replaceChildren(...shown.childNodes);
  } catch {
    reveal("lost");
  }
}

/** Says why there is no receipt, in the place that it would have. */
function reveal(id: "locked" | "lost"): void {
  root.querySelector("[aria-busy]")?.remove();
  const notice = root.querySelector<HTMLElement>(`#${id}`);
  if (notice) notice.hidden = false;
}
