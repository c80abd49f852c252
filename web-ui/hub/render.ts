import type { HubPageView, Receipt } from "../../shared/hub-page";
import baseCss from "../common/base.css?inline";
import hubCss from "./hub.css?inline";
import receiptCss from "./receipt.css?inline";
import sessionCss from "./session.css?inline";
import { bootOf } from "./boot";
import { documentOf } from "./document";
import type { PageError } from "./errors";

/** Put in by the build: the hashed names of the files. */
declare const HUB_SCRIPT: string;
declare const RECEIPT_SCRIPT: string;
declare const HUB_ICON: string;

export interface RenderOptions {
  lang: "en" | "de";
  /** Path of the request, without its query. */
  path: string;
  /** 32 to 64 characters of [A-Za-z0-9_-]: what the forms send where no script runs. */
  secret: string;
  /** The request to start that `secret` made here, where there is one: it makes the page know its own session. */
  requestId?: string | null;
  /** Of the Content-Security-Policy, for the page's one style and one script. */
  nonce: string;
  receipt?: Receipt;
  /** What went wrong with a form that was sent without scripts, or with a receipt. */
  error?: PageError;
}

/** Gives the complete HTML document of the hub's page for what the hub knows now. */
export function renderPage(view: HubPageView, options: RenderOptions): string {
  return documentOf(bootOf(view, options), options.nonce, {
    script: HUB_SCRIPT,
    receiptScript: RECEIPT_SCRIPT,
    icon: HUB_ICON,
    css: baseCss + hubCss + sessionCss,
    receiptCss,
  });
}
