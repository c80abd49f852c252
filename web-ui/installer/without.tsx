import { useState } from "preact/hooks";
import { isLoopback } from "../../device/installer/plan";
import { Choice, Field } from "../common/form";
import { valuesOf } from "./charger";
import { Command } from "./command";
import { emptyValues } from "./fields";
import { useBench } from "./words";

/** The hub's address for the charger, as far as the page's own address tells it. */
function hubAt({ origin, protocol, hostname }: Pick<Location, "origin" | "protocol" | "hostname">): string {
  if (isLoopback(origin)) return "";
  return protocol === "https:" ? `http://${hostname}:8080` : origin;
}

/** Why this browser gives no port, the way to a page that gets one, and the command instead. */
export function Without(props: { isSecure: boolean; address: Pick<Location, "origin" | "protocol" | "hostname"> }) {
  const { t } = useBench();
  const [values, setValues] = useState({ ...emptyValues, hub: hubAt(props.address) });
  const text = (id: keyof typeof values) => ({ id, defaultValue: values[id] });
  return (
    <main id="main" class="narrow stack" tabIndex={-1}>
      <h1>{t("installTitle")}</h1>
      <section class="notice notice-warn stack" aria-labelledby="without">
        <h2 id="without">{t("withoutTitle")}</h2>
        <p>{t(props.isSecure ? "withoutSerial" : "withoutSecure")}</p>
        {props.isSecure ? null : (
          <>
            <a class="button primary" href="/install/secure">
              {t("toSecure")}
            </a>
            <a class="button quiet" href="/api/ca.pem">
              {t("authority")}
            </a>
          </>
        )}
      </section>
      <section class="card stack" aria-labelledby="command">
        <h2 id="command">{t("commandTitle")}</h2>
        <form
          class="stack"
          noValidate
          autocomplete="off"
          onInput={(event) => setValues({ ...values, ...given(event.currentTarget) })}
          onSubmit={(event) => event.preventDefault()}
        >
          <Field label={t("cpId")} {...text("cpId")} />
          <Field label={t("name")} {...text("name")} />
          <Field label={t("hub")} {...text("hub")} />
          <Field label={t("ssid")} {...text("ssid")} />
          <Field label={t("maxCurrent")} {...text("maxCurrent")} />
          <Field label={t("fixedCable")} hint={t("fixedCableHint")} {...text("fixedCable")} />
          <Choice
            label={t("phases")}
            id="phases"
            value={values.phases}
            options={[
              ["1", t("onePhase")],
              ["3", t("threePhases")],
            ]}
          />
        </form>
        <Command values={values} />
      </section>
    </main>
  );
}

/** Those of the values that this form asks for. */
function given(form: HTMLFormElement): Partial<typeof emptyValues> {
  const { wifiPassword: _password, board: _board, source: _source, sha256: _sha256, ...asked } = valuesOf(form);
  return asked;
}
