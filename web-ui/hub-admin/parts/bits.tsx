import type { ComponentChildren } from "preact";
import type { ConnectorStatus } from "../../../shared/ocpp";
import { marks } from "../../common/icons";
import type { Failure } from "../api";
import type { Polled } from "../use";
import { useHub } from "../use";
import { errorText } from "../words";

/** An error as a box: plain words and the code. */
export function Trouble({ error }: { error: Failure | null }) {
  const { words } = useHub();
  if (!error) return null;
  return (
    <div class="notice notice-bad" role="alert">
      <p>{errorText(error, words)}</p>
      <p class="code">{words.t("errorCode", { code: error.code })}</p>
    </div>
  );
}

/** What is asked for again and again: a skeleton first, then the last answer, dimmed by a notice where it is old. */
export function Shown<T>({ polled, children }: { polled: Polled<T>; children: (value: T) => ComponentChildren }) {
  const { words } = useHub();
  const { value, error, at } = polled;
  if (value === null) {
    if (error) return <Trouble error={error} />;
    return (
      <div class="stack" aria-busy="true">
        <span class="sr">{words.t("loading")}</span>
        <div class="skeleton card" />
        <div class="skeleton card" />
      </div>
    );
  }
  return (
    <>
      {error ? (
        <p class="notice notice-warn" role="status">
          {words.t("stale", { time: words.format.timeSeconds(new Date(at).toISOString()) })}
        </p>
      ) : null}
      {children(value)}
    </>
  );
}

const signs = {
  Available: "free",
  Preparing: "busy",
  Charging: "busy",
  SuspendedEV: "busy",
  SuspendedEVSE: "busy",
  Finishing: "busy",
  Reserved: "reserved",
  Unavailable: "out",
  Faulted: "faulted",
} as const satisfies Record<ConnectorStatus, keyof typeof marks>;

/** State of a connector as sign and word. */
export function StatusMark({ status, online }: { status: ConnectorStatus; online: boolean }) {
  const { t } = useHub().words;
  const sign = online ? signs[status] : "offline";
  return (
    <span class={`mark mark-${sign}`}>
      {marks[sign]}
      {t(status)}
    </span>
  );
}

/** A labelled input, with what is wrong in it. */
export function Field(props: {
  id: string;
  label: string;
  hint?: string;
  error?: string;
  value?: string;
  type?: "text" | "password" | "number";
  min?: number;
  max?: number;
  minLength?: number;
  required?: boolean;
}) {
  const { id, label, hint, error, value = "", type = "text", ...limits } = props;
  const told = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={id}
        // Preact's types tell inputs apart by one literal type; every one here takes the same attributes.
        type={type as "text"}
        step={type === "number" ? "any" : undefined}
        autocomplete="off"
        defaultValue={value}
        aria-describedby={told || undefined}
        aria-invalid={error ? "true" : undefined}
        {...limits}
      />
      {hint ? (
        <p class="sub" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
      {error ? (
        <p class="wrong" id={`${id}-error`}>
          {error}
        </p>
      ) : null}
    </div>
  );
}

/** A labelled choice. */
export function Choice(props: {
  id: string;
  label: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  hint?: string;
  onChange?: (value: string) => void;
}) {
  const { id, label, value, options, hint, onChange } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="select">
        <select
          id={id}
          name={id}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={(event) => onChange?.((event.currentTarget as HTMLSelectElement).value)}
        >
          {options.map(([key, text]) => (
            <option key={key} value={key} selected={key === value}>
              {text}
            </option>
          ))}
        </select>
      </div>
      {hint ? (
        <p class="sub" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
    </div>
  );
}

/** A button that is busy while its work is under way. */
export function Act(props: {
  busy: boolean;
  quiet?: boolean;
  submit?: boolean;
  onClick?: () => void;
  children: string;
}) {
  const { busy, quiet = false, submit = false, onClick, children } = props;
  const { t } = useHub().words;
  return (
    <button
      class={`button ${quiet ? "quiet" : "primary"}`}
      type={submit ? "submit" : "button"}
      aria-busy={busy}
      aria-disabled={busy}
      onClick={busy ? undefined : onClick}
    >
      {busy ? t("working") : children}
    </button>
  );
}

/** The text of a form's field. */
export function valueOf(form: HTMLFormElement, name: string): string {
  return String(new FormData(form).get(name) ?? "").trim();
}
