/** What this tab holds at a place. Asked for again by the same key, the cloud gives the same hold, so that a reload in the middle loses nothing. */
export interface HeldWish {
  wish: { class: string; start: string; end: string };
  key: string;
  /** When the hold is over, epoch ms. */
  until: number;
}

const keyOf = (siteId: string) => `hitchpost held ${siteId}`;

export function keepHeld(siteId: string, held: HeldWish): void {
  sessionStorage.setItem(keyOf(siteId), JSON.stringify(held));
}

/** null: nothing that would still be held. */
export function heldAt(siteId: string, nowMs: number): HeldWish | null {
  const held = JSON.parse(sessionStorage.getItem(keyOf(siteId)) ?? "null") as HeldWish | null;
  return held !== null && held.until > nowMs ? held : null;
}

export function forgetHeld(siteId: string): void {
  sessionStorage.removeItem(keyOf(siteId));
}
