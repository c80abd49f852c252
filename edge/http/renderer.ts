import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AppError } from "../../shared/error";
import type { HubPageView, Receipt } from "../../shared/hub-page";
import type { Lang } from "./language";

/** What the page's build takes beside the view. */
interface RenderOptions {
  lang: Lang;
  /** Path of the request, without its query. */
  path: string;
  /** What the forms send where no script runs. */
  secret: string;
  /** The request that `secret` made here, where there is one. */
  requestId: string | null;
  /** Of the Content-Security-Policy. */
  nonce: string;
  receipt?: Receipt;
  /** What was refused: a form that was sent without scripts, or a receipt. */
  error?: PageError;
}

/** A refusal as the page says it: code and details are those of the AppError. */
export interface PageError {
  action: "start" | "stop" | "unlock" | "receipt";
  code: string;
  details?: Record<string, unknown>;
}

/** The page's build, as it lies in the web folder: a whole HTML document from what the hub knows. */
type RenderPage = (view: HubPageView, options: RenderOptions) => string;

/** Loads the page's build from a folder, once it is there. Rejects with AppError 503 `page_missing` before. */
export function rendererOf(folder: string): () => Promise<RenderPage> {
  const file = join(folder, "render.js");
  let loaded: Promise<{ renderPage: RenderPage }> | null = null;
  return async () => {
    if (!loaded && !existsSync(file)) {
      throw new AppError("page_missing", "The hub runs, but its page has not been built: run `npm run build`.", {
        status: 503,
      });
    }
    loaded ??= import(pathToFileURL(file).href) as Promise<{ renderPage: RenderPage }>;
    return (await loaded).renderPage;
  };
}
