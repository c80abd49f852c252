import type { ComponentChildren } from "preact";
import { marks } from "../../common/icons";
import { errorSentence } from "../errors";
import type { Mark } from "../model";
import type { PageState } from "../state";
import type { Words } from "../words";

export const markKeys = {
  free: "markFree",
  busy: "markBusy",
  reserved: "markReserved",
  out: "markOut",
  faulted: "markFaulted",
  offline: "markOffline",
} as const;

/** State of a connector as sign and word. */
export function MarkLabel({ mark, words }: { mark: Mark; words: Words }) {
  return (
    <span class={`mark mark-${mark}`}>
      {marks[mark]}
      {words.t(markKeys[mark])}
    </span>
  );
}

/** A boxed message; `alert` only for a loss or a fault. */
export function Notice({ tone, children }: { tone: "calm" | "warn" | "bad"; children: ComponentChildren }) {
  return (
    <div class={`notice notice-${tone}`} role={tone === "bad" ? "alert" : undefined}>
      {children}
    </div>
  );
}

/** What went wrong after a tap: what happened, whether money is affected, what to do, and the code for whoever is asked. */
export function ErrorNotice({ state }: { state: PageState }) {
  const error = state.error.value;
  if (!error) return null;
  const { t } = state.words;
  return (
    <Notice tone="bad">
      <p>{errorSentence(error, state.words)}</p>
      <p class="code">{t("errorCode", { code: error.code })}</p>
    </Notice>
  );
}

/** One figure with its name. */
export function Figure({ label, value, unit, old }: { label: string; value: string; unit?: string; old?: boolean }) {
  return (
    <div class={old ? "figure old" : "figure"}>
      <dt>{label}</dt>
      <dd>
        {value}
        {unit ? <span class="unit"> {unit}</span> : null}
      </dd>
    </div>
  );
}
