import { useState } from "preact/hooks";
import { stopwatch } from "../../common/format";
import type { PairingCode } from "../types";
import type { Words } from "../words";

interface PairProps {
  /** Where to go once it has worked. */
  next: string;
  code: PairingCode;
  nowMs: number;
  /** Name of the hub that has been paired by it. */
  paired: string | null;
  replaces: boolean;
  cloudUrl: string;
  words: Words;
  onNew: () => void;
  onCopy: (text: string) => void;
}

/** The one-time code, large, and the command to give it to the hub with. */
export function PairView({ next, code, nowMs, paired, replaces, cloudUrl, words, onNew, onCopy }: PairProps) {
  const { t } = words;
  const [copied, setCopied] = useState(false);
  if (paired !== null) {
    return (
      <div class="card empty" role="status">
        <h2>{t("pairDone", { name: paired })}</h2>
        <a class="button primary" href={next}>
          {t("pairToBoard")}
        </a>
      </div>
    );
  }
  const left = Math.floor((Date.parse(code.expiresAt) - nowMs) / 1000);
  const command = pairCommand(cloudUrl, code.code);
  return (
    <div class="stack narrow-left">
      <p class="lead">{t("pairLead")}</p>
      {replaces ? <p class="notice notice-warn">{t("pairReplace")}</p> : null}
      <section class="card pair" aria-label={t("pairCode")}>
        <p class="pair-code">{code.code}</p>
        <p class="sub">{left > 0 ? t("pairLeft", { time: stopwatch(left).slice(2) }) : t("pairExpired")}</p>
        {left <= 0 ? (
          <button class="button primary fit" type="button" onClick={onNew}>
            {t("pairNew")}
          </button>
        ) : null}
      </section>
      <section class="card stack">
        <h2>{t("pairHow")}</h2>
        <p>{t("pairHowText", { url: cloudUrl })}</p>
        <pre tabIndex={0}>{command}</pre>
        <button
          class="button quiet fit"
          type="button"
          onClick={() => {
            onCopy(command);
            setCopied(true);
          }}
        >
          {t(copied ? "copied" : "copy")}
        </button>
      </section>
      <p class="sub">{t("pairWait")}</p>
    </div>
  );
}

/** The hub's own admin route takes the code. */
export function pairCommand(cloudUrl: string, code: string): string {
  return [
    "curl -X POST http://127.0.0.1:8080/api/pairing \\",
    '  -H "Authorization: Bearer $HUB_ADMIN_TOKEN" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"cloudUrl":"${cloudUrl}","code":"${code}"}'`,
  ].join("\n");
}
