import { useEffect, useRef, useState } from "preact/hooks";
import { boardNames } from "../../shared/board-firmware";
import { Choice, Field, Form, valueOf } from "../common/form";
import { Act } from "../hub-admin/parts/bits";
import { Command } from "./command";
import { check, emptyValues } from "./fields";
import type { FieldErrors, Values } from "./fields";
import { fileOf } from "./file";
import { useBench } from "./words";

const names = Object.keys(emptyValues) as (keyof Values)[];

/** What the form holds now. */
export function valuesOf(form: HTMLFormElement): Values {
  return Object.fromEntries(names.map((name) => [name, valueOf(form, name).trim()])) as unknown as Values;
}

/** What is installed: the charger, its Wi-Fi, and what seldom changes. */
export function Charger(props: {
  values: Values;
  mqttPort: number;
  onReady: (values: Values, file: Uint8Array | null) => void;
}) {
  const { t } = useBench();
  const [values, setValues] = useState(props.values);
  const [errors, setErrors] = useState<FieldErrors & { file?: "errFileMissing" }>({});
  const heading = useRef<HTMLHeadingElement>(null);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const isWrong = Object.keys(errors).length > 0;
  useEffect(() => {
    if (isWrong) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [errors]);
  const send = async (target: HTMLFormElement) => {
    const given = valuesOf(target);
    const file = given.source === "file" ? await fileOf(target) : null;
    const found: typeof errors = check(given);
    if (given.source === "file" && file === null) found.file = "errFileMissing";
    setErrors(found);
    if (Object.keys(found).length === 0) props.onReady(given, file);
  };
  const error = (name: keyof typeof errors) => (errors[name] ? { error: t(errors[name]) } : {});
  const text = (name: keyof Values) => ({ id: name, defaultValue: values[name], ...error(name) });
  const choice = (name: keyof Values) => ({ id: name, value: values[name] });
  const boards = { esp32s3_bare: t("boardS3"), esp32c3_bare: t("boardC3") };
  return (
    <main id="main" class="narrow stack" tabIndex={-1}>
      <div>
        <h1 ref={heading} tabIndex={-1}>
          {t("installTitle")}
        </h1>
        <p class="lead">{t("installLead")}</p>
      </div>
      <Form
        ref={form}
        autocomplete="off"
        class="stack"
        noValidate
        onInput={(event) => setValues(valuesOf(event.currentTarget))}
        onSend={send}
      >
        <section class="card stack" aria-labelledby="who">
          <h2 id="who">{t("whoTitle")}</h2>
          <Field label={t("cpId")} hint={t("cpIdHint")} {...text("cpId")} />
          <Field label={t("name")} hint={t("nameHint")} {...text("name")} />
          <Field label={t("maxCurrent")} {...text("maxCurrent")} />
          <Field label={t("fixedCable")} hint={t("fixedCableHint")} {...text("fixedCable")} />
          <Choice
            label={t("phases")}
            {...choice("phases")}
            options={[
              ["1", t("onePhase")],
              ["3", t("threePhases")],
            ]}
          />
        </section>
        <section class="card stack" aria-labelledby="wifi">
          <h2 id="wifi">{t("wifiTitle")}</h2>
          <Field label={t("ssid")} {...text("ssid")} />
          <Field type="password" label={t("wifiPassword")} hint={t("wifiPasswordHint")} {...text("wifiPassword")} />
        </section>
        <section class="card stack" aria-labelledby="more">
          <h2 id="more">{t("moreTitle")}</h2>
          <Field label={t("hub")} hint={t("hubHint")} {...text("hub")} />
          <Choice label={t("board")} {...choice("board")} options={boardNames.map((name) => [name, boards[name]])} />
          <Choice
            label={t("source")}
            {...choice("source")}
            options={[
              ["hub", t("sourceHub")],
              ["file", t("sourceFile")],
            ]}
          />
          {values.source === "file" ? <FirmwareFile {...error("file")} /> : null}
          <Field label={t("sha256")} hint={t("sha256Hint")} {...text("sha256")} />
        </section>
        {isWrong ? (
          <p class="notice notice-bad" role="alert">
            {t("wrongForm")}
          </p>
        ) : null}
        <Act busy={false} submit>
          {t("next")}
        </Act>
      </Form>
      <details class="card">
        <summary>{t("commandTitle")}</summary>
        <Command values={values} mqttPort={props.mqttPort} />
      </details>
    </main>
  );
}

/** Chooses a firmware from this computer. */
export function FirmwareFile({ error, onChange }: { error?: string; onChange?: (form: HTMLFormElement) => void }) {
  const { t } = useBench();
  return (
    <div class="field">
      <label for="file">{t("file")}</label>
      <input
        id="file"
        name="file"
        type="file"
        accept=".bin,application/octet-stream"
        aria-invalid={error ? "true" : undefined}
        aria-describedby={error ? "file-error" : undefined}
        onChange={(event) => {
          const { form } = event.currentTarget;
          if (form) onChange?.(form);
        }}
      />
      {error ? (
        <p class="wrong" id="file-error">
          {error}
        </p>
      ) : null}
    </div>
  );
}
