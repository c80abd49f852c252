import { Copy } from "./copy";
import { commandOf } from "./fields";
import type { Values } from "./fields";
import { useBench } from "./words";

/** The command that does what this page does. */
export function Command({ values, mqttPort }: { values: Values; mqttPort?: number }) {
  const { t } = useBench();
  const command = commandOf(values, mqttPort);
  return (
    <div class="stack command">
      <p class="sub">{t("commandLead")}</p>
      <pre class="wrap">{command}</pre>
      <Copy text={command} label={t("copyCommand")} />
    </div>
  );
}
