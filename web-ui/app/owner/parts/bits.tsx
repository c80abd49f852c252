import type { ComponentChildren } from "preact";
import type { Failure } from "../../api";
import { check } from "../../../common/icons";
import type { Words } from "../../words";
import type { Sending } from "../use";
import { ownerError } from "../errors";
import { ownerTexts } from "../words";

/** An error of an owner's page as a box. */
export function Trouble({ error, words }: { error: Failure | null; words: Words }) {
  if (!error) return null;
  return (
    <div class="notice notice-bad" role="alert">
      <p>{ownerError(error)}</p>
      <p class="code">{words.t("errorCode", { code: error.code })}</p>
    </div>
  );
}

/** A button that does something at once, and says that it does. */
export function Act(props: {
  sending: Sending;
  words: Words;
  onClick: () => void;
  kind?: "primary" | "quiet" | "stop";
  label?: string;
  children: ComponentChildren;
}) {
  const { sending, words, onClick, kind = "quiet", label, children } = props;
  const busy = sending.state === "busy";
  return (
    <button
      class={`button ${kind} fit`}
      type="button"
      aria-disabled={busy}
      aria-busy={busy}
      aria-label={label}
      onClick={onClick}
    >
      {busy ? words.t("working") : children}
    </button>
  );
}

/** Where one is on the way from nothing to a labelled charger. */
export function SetupSteps({ now }: { now: 1 | 2 | 3 | 4 }) {
  const o = ownerTexts.t();
  const steps = [o("setupSite"), o("setupHub"), o("setupChargers"), o("setupLabels")];
  return (
    <ol class="steps" aria-label={o("setup")}>
      {steps.map((step, index) => (
        <li key={step} aria-current={index + 1 === now ? "step" : undefined} class={index + 1 < now ? "past" : ""}>
          <span aria-hidden="true">{index + 1 < now ? check : index + 1}</span>
          {step}
        </li>
      ))}
    </ol>
  );
}

/** A choice that is on or off. */
export function Toggle(props: { name?: string; label: string; on: boolean; onToggle: (on: boolean) => void }) {
  const { name, label, on, onToggle } = props;
  return (
    <label class="chip">
      <input type="checkbox" name={name} checked={on} onChange={(event) => onToggle(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}

/** A labelled choice that acts at once. */
export function Select(props: {
  id: string;
  label: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  onChange: (value: string) => void;
}) {
  const { id, label, value, options, onChange } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="select">
        <select id={id} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
          {options.map(([key, text]) => (
            <option key={key} value={key} selected={key === value}>
              {text}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}

/** Few choices side by side, of which one holds. */
export function Segments<T extends string>(props: {
  label: string;
  value: T;
  options: readonly (readonly [value: T, text: string])[];
  onChange: (value: T) => void;
}) {
  const { label, value, options, onChange } = props;
  return (
    <div class="segments" role="group" aria-label={label}>
      {options.map(([key, text]) => (
        <button key={key} type="button" aria-pressed={key === value} onClick={() => onChange(key)}>
          {text}
        </button>
      ))}
    </div>
  );
}
