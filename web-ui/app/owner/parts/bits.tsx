import type { ComponentChildren } from "preact";
import type { Failure } from "../../api";
import { check } from "../../../common/icons";
import { ErrorBox } from "../../parts/load";
import type { Words } from "../../words";
import type { Sending } from "../use";
import { ownerError } from "../errors";
import { ownerTexts } from "../words";

/** An error of an owner's page as a box. */
export function Trouble(props: { error: Failure | null; words: Words }) {
  return <ErrorBox {...props} explain={ownerError} />;
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
