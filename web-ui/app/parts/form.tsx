import type { ComponentChildren } from "preact";
import type { Words } from "../words";

export { Choice, Field, Form, valueOf } from "../../common/form";

/** The button that sends a form: busy while it is under way. */
export function Submit({ busy, words, children }: { busy: boolean; words: Words; children: ComponentChildren }) {
  return (
    <button class="button primary" type="submit" aria-disabled={busy} aria-busy={busy}>
      {busy ? words.t("working") : children}
    </button>
  );
}
