import { cleanupOutdatedCaches, createHandlerBoundToURL, matchPrecache, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
import { CacheFirst } from "workbox-strategies";
import { pagePath, shownPush, takeOver } from "./sw-messages";

/**
 * The app's service worker: the app opens without a line, with the files that its build lists. Nothing that the cloud answers is kept here: what a driver
 * needs without a line is in the page's own store, which signing out empties.
 */

/** Files of this build (scripts/lib/build-web.mjs): those that bookings and passes need, and a name for the whole. */
declare const BUILD: { files: { url: string; revision: string | null }[]; version: string };

interface Client {
  url: string;
  focus(): Promise<unknown>;
  navigate(url: string): Promise<unknown>;
}
interface Worker {
  registration: ServiceWorkerRegistration;
  clients: {
    matchAll(options: { type: "window" }): Promise<Client[]>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: string, hear: (event: WorkerEvent) => void): void;
}
interface WorkerEvent {
  waitUntil(work: Promise<unknown>): void;
  data?: unknown;
  notification?: Notification;
}
const worker = globalThis as unknown as Worker;

precacheAndRoute(BUILD.files);
cleanupOutdatedCaches();
// Only the cloud's own answer brings the right to use the camera; without a line a photo of the code will do.
registerRoute(
  ({ request, url }) => request.mode === "navigate" && url.pathname === "/scan",
  ({ request }) => fetch(request).catch(async () => (await matchPrecache("/index.html")) ?? Response.error()),
);
registerRoute(
  new NavigationRoute(createHandlerBoundToURL("/index.html"), { denylist: [/^\/v1\//, /^\/(healthz|metrics)$/] }),
);

// Parts of the app that were opened before: their names change with their content.
const seen = `hitchpost parts ${BUILD.version}`;
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/assets/"),
  new CacheFirst({ cacheName: seen }),
);
worker.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) => {
      const old = names.filter((name) => name.startsWith("hitchpost parts ") && name !== seen);
      return Promise.all(old.map((name) => caches.delete(name)));
    }),
  );
});

worker.addEventListener("message", ({ data }) => {
  if (data === takeOver) void worker.skipWaiting();
});

worker.addEventListener("push", (event) => {
  const { title, options } = shownPush((event.data as { text(): string } | null)?.text() ?? "");
  event.waitUntil(worker.registration.showNotification(title, options));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification?.close();
  const path = pagePath(event.notification?.data, location.origin);
  event.waitUntil(
    worker.clients.matchAll({ type: "window" }).then(async ([open]) => {
      if (!open) return worker.clients.openWindow(path);
      await open.navigate(path);
      return open.focus();
    }),
  );
});
