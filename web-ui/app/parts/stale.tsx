import { useApp } from "../context";
import { takeOver } from "../sw-messages";

const renewedKey = "hitchpost renewed";
/** A page that still does not come so soon after the app was loaded anew would not come by the next time either. */
const AGAIN_MS = 60_000;
/** A worker that has not taken over by then is not waited for. */
const PATIENCE_MS = 10_000;

/** What is asked of the browser. */
export interface Browser {
  workers: Pick<ServiceWorkerContainer, "getRegistration"> | undefined;
  store: Pick<Storage, "getItem" | "setItem">;
  /** Epoch ms. */
  now: number;
  reload: () => void;
}

/** Loads the newest version of the app, unless that was done just now; what follows it then waits for the page to go, for ever. */
export async function renew({ workers, store, now, reload }: Browser): Promise<void> {
  if (now - Number(store.getItem(renewedKey)) < AGAIN_MS) return;
  store.setItem(renewedKey, String(now));
  const worker = await workers?.getRegistration();
  await worker?.update().catch(() => undefined);
  const next = worker?.installing ?? worker?.waiting;
  if (next) await inPlace(next);
  reload();
  await new Promise(() => undefined);
}

/** Until a worker that comes has taken over from the one before. */
function inPlace(worker: ServiceWorker): Promise<unknown> {
  return new Promise((done) => {
    const look = () => {
      if (worker.state === "installed") worker.postMessage(takeOver, []);
      if (worker.state === "activated" || worker.state === "redundant") done(null);
    };
    worker.addEventListener("statechange", look);
    setTimeout(done, PATIENCE_MS);
    look();
  });
}

/** In place of a page that did not come. */
export function StalePage() {
  const { t } = useApp().words;
  return (
    <main id="main" class="stack">
      <h1>{t("staleTitle")}</h1>
      <p class="lead">{t("staleText")}</p>
      <button class="button primary fit" type="button" onClick={() => location.reload()}>
        {t("retry")}
      </button>
    </main>
  );
}
