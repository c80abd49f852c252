import type { FormHTMLAttributes, InputHTMLAttributes } from "preact";

interface FieldProps {
  id: string;
  /** Where it is not the id. */
  name?: string;
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  type?: "text" | "email" | "password" | "tel" | "date" | "time" | "month" | "number";
  value?: string;
  defaultValue?: string;
  required?: boolean;
  readOnly?: boolean;
  min?: number;
  max?: number;
  /** Of a number; "any": fractions too. */
  step?: "any";
  minLength?: number | undefined;
  maxLength?: number;
  inputMode?: "decimal" | "numeric";
  placeholder?: string;
  autocomplete?: InputHTMLAttributes<HTMLInputElement>["autocomplete"];
  onInput?: (event: { currentTarget: HTMLInputElement }) => void;
}

/** A labelled input with a hint and, at the field, what is wrong with it. */
export function Field({ id, label, hint, error, type = "text", ...input }: FieldProps) {
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={id}
        // Preact's types tell inputs apart by one literal type; every one here takes the same attributes.
        type={type as "text"}
        aria-describedby={described || undefined}
        aria-invalid={error ? true : undefined}
        {...input}
      />
      {error ? (
        <p class="wrong" id={`${id}-error`}>
          {error}
        </p>
      ) : null}
      {hint ? (
        <p class="sub" id={`${id}-hint`}>
          {hint}
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
          onChange={onChange && ((event) => onChange(event.currentTarget.value))}
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

interface FormProps extends Omit<FormHTMLAttributes<HTMLFormElement>, "onSubmit"> {
  onSend: (form: HTMLFormElement) => unknown;
  /** While it is, nothing is sent. */
  busy?: boolean;
}

/** A form whose fields a script reads and sends; the browser itself goes nowhere. */
export function Form({ onSend, busy = false, ...rest }: FormProps) {
  return (
    <form
      {...rest}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) onSend(event.currentTarget);
      }}
    />
  );
}

/** The text of a form's field. */
export function valueOf(form: HTMLFormElement, name: string): string {
  return String(new FormData(form).get(name) ?? "");
}
