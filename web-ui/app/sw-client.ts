import { takeOver } from "./sw-messages";

/** What is needed of `navigator.serviceWorker`. */
type Workers = Pick<ServiceWorkerContainer, "register" | "controller" | "addEventListener">;

/** What the page does for its worker; `onShown` calls whenever the page comes into sight again. */
interface Hooks {
  onNew: (update: () => void) => void;
  reload: () => void;
  onShown: (hear: () => void) => void;
}

/**
 * Registers the service worker. `onNew` is called when a newer version of the app has come and waits; what it is given lets it take over, after which
 * `reload` is called. A browser that refuses workers goes without.
 */
export async function startWorker(
  workers: Workers,
  { onNew, reload, onShown }: Hooks,
): Promise<ServiceWorkerRegistration | null> {
  try {
    const registration = await workers.register("/sw.js", { updateViaCache: "none" });
    const update = () => {
      workers.addEventListener("controllerchange", reload, { once: true });
      registration.waiting?.postMessage(takeOver);
    };
    // The very first one has nothing to replace.
    const look = () => {
      if (registration.waiting && workers.controller) onNew(update);
    };
    const follow = () => registration.installing?.addEventListener("statechange", look);
    registration.addEventListener("updatefound", follow);
    // One that was found before anybody listened.
    follow();
    look();
    // An app on a home screen is rarely loaded anew: it asks when it is looked at again.
    onShown(() => void registration.update().catch(() => undefined));
    return registration;
  } catch {
    return null;
  }
}
