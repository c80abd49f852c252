import { takeOver } from "./sw-messages";

/** What is needed of `navigator.serviceWorker`. */
export type Workers = Pick<ServiceWorkerContainer, "register" | "controller" | "addEventListener">;

/**
 * Registers the service worker. `onNew` is called when a newer version of the app has come and waits; what it is given lets it take over, after which
 * `reload` is called. A browser that refuses workers goes without.
 */
export async function startWorker(
  workers: Workers,
  { onNew, reload }: { onNew: (update: () => void) => void; reload: () => void },
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
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", look);
    });
    look();
    return registration;
  } catch {
    return null;
  }
}
