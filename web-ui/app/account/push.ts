import type { Answer } from "../api";
import type { AccountApi } from "./api";

/** Web push in this browser (W3C Push API), by the app's service worker. */
export type PushState = "on" | "off" | "refused" | "none";

/** What is needed of a window; older browsers lack parts of it. */
export interface PushWindow {
  navigator?: { serviceWorker?: Pick<ServiceWorkerContainer, "getRegistration"> };
  Notification?: Pick<typeof Notification, "permission" | "requestPermission">;
}

async function managerOf({ navigator }: PushWindow): Promise<PushManager | undefined> {
  return (await navigator?.serviceWorker?.getRegistration().catch(() => undefined))?.pushManager;
}

/** Whether this browser gets messages, could, may not, or cannot. */
export async function pushState(window: PushWindow): Promise<PushState> {
  const manager = await managerOf(window);
  if (!manager || !window.Notification) return "none";
  if (window.Notification.permission === "denied") return "refused";
  return (await manager.getSubscription()) ? "on" : "off";
}

const fail = (code: string): Answer<never> => ({ ok: false, error: { code, detail: "" } });

/** Asks for permission, subscribes, and tells the cloud. */
export async function enablePush(window: PushWindow, account: AccountApi): Promise<Answer<unknown>> {
  const manager = await managerOf(window);
  if (!manager || !window.Notification) return fail("push_none");
  if ((await window.Notification.requestPermission()) !== "granted") return fail("push_refused");
  const key = await account.pushKey();
  if (!key.ok) return key;
  try {
    const subscription = await manager.subscribe({ userVisibleOnly: true, applicationServerKey: key.value.key });
    const answer = await account.subscribe(subscription.toJSON());
    // A subscription that the cloud does not know would only look as if it were one.
    if (!answer.ok) await subscription.unsubscribe();
    return answer;
  } catch {
    return fail("push_refused");
  }
}

/** Ends this browser's subscription, here and in the cloud. */
export async function disablePush(window: PushWindow, account: AccountApi): Promise<Answer<unknown>> {
  const subscription = await (await managerOf(window))?.getSubscription();
  if (!subscription) return { ok: true, value: null };
  // The cloud names a subscription by an id, which it tells to whoever subscribes with the same one again.
  const known = await account.subscribe(subscription.toJSON());
  if (!known.ok) return known;
  const answer = await account.unsubscribe(known.value.id);
  if (answer.ok) await subscription.unsubscribe();
  return answer;
}
