import { useEffect, useRef } from "preact/hooks";
import { qrPath } from "../common/qr";
import { useBench } from "./words";

/** What is stuck on the charger: its id, and the address of its page as a QR code and in words. */
export function Label({ cpId, url, onAnother }: { cpId: string; url: string; onAnother: () => void }) {
  const { t, print } = useBench();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const code = qrPath(url, "M");
  return (
    <main id="main" class="narrow stack" tabIndex={-1}>
      <div class="no-print">
        <h1 ref={heading} tabIndex={-1}>
          {t("doneTitle", { cpId })}
        </h1>
        <p class="lead">{t("doneLead")}</p>
      </div>
      <figure class="card sticker">
        {code ? (
          <svg viewBox={`0 0 ${code.size} ${code.size}`} role="img" aria-label={t("qrText", { url })}>
            <path d={code.path} />
          </svg>
        ) : null}
        <figcaption>
          <strong>{cpId}</strong>
          <span>{url}</span>
        </figcaption>
      </figure>
      <div class="stack no-print">
        <button class="button primary" type="button" onClick={print}>
          {t("print")}
        </button>
        <button class="button quiet" type="button" onClick={onAnother}>
          {t("another")}
        </button>
      </div>
    </main>
  );
}
