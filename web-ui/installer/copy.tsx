import { useState } from "preact/hooks";
import { useBench } from "./words";

/** A button that copies a text, and says whether it did. */
export function Copy({ text, label }: { text: string; label: string }) {
  const { t, copy } = useBench();
  const [said, setSaid] = useState("");
  return (
    <div class="copy">
      <button
        class="button quiet"
        type="button"
        onClick={() => {
          copy(text).then(
            () => setSaid(t("copied")),
            () => setSaid(t("copyFailed")),
          );
        }}
      >
        {label}
      </button>
      <p class="sub" role="status">
        {said}
      </p>
    </div>
  );
}
