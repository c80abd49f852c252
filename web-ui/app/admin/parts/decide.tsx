import { useRef, useState } from "preact/hooks";
import type { Answer, Failure } from "../../api";
import { ErrorBox } from "../../parts/load";
import { adminError } from "../errors";
import { useAdmin } from "../use";

export interface Choice {
  key: string;
  label: string;
  look: "primary" | "quiet" | "stop";
  /** What is said once it is done. */
  done: string;
}

interface DecideProps {
  /** Unique on the page. */
  id: string;
  hint: string;
  /** Reasons that are often given: one tap writes them. */
  reasons: string[];
  choices: Choice[];
  decide: (choice: string, reason: string) => Promise<Answer<unknown>>;
}

/** A decision with its reason, which nobody is spared; afterwards what was decided, in the same place. */
export function Decide({ id, hint, reasons, choices, decide }: DecideProps) {
  const { words, t } = useAdmin();
  const field = useRef<HTMLTextAreaElement>(null);
  // Two taps make one decision, even before the first is drawn.
  const taken = useRef(false);
  const [busy, setBusy] = useState<string | null>(null);
  const [missing, setMissing] = useState(false);
  const [error, setError] = useState<Failure | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const write = (text: string) => {
    if (field.current) field.current.value = text;
  };
  const take = async (choice: Choice) => {
    if (taken.current) return;
    const reason = (field.current?.value ?? "").trim();
    setMissing(reason === "");
    if (reason === "") return field.current?.focus();
    taken.current = true;
    setBusy(choice.key);
    const answer = await decide(choice.key, reason);
    taken.current = false;
    setBusy(null);
    setError(answer.ok ? null : answer.error);
    if (answer.ok) setDone(choice.done);
  };
  return (
    <div class="stack decide">
      <p role="status" class={done ? "notice" : "sr"}>
        {done ?? ""}
      </p>
      {done ? null : (
        <>
          <div class="field">
            <label for={id}>{t("reason")}</label>
            <textarea
              id={id}
              rows={3}
              maxLength={500}
              ref={field}
              aria-describedby={missing ? `${id}-hint ${id}-missing` : `${id}-hint`}
              aria-invalid={missing ? true : undefined}
            />
            {missing ? (
              <p class="wrong" id={`${id}-missing`} role="alert">
                {t("reasonNeeded")}
              </p>
            ) : null}
            <p class="sub" id={`${id}-hint`}>
              {hint}
            </p>
          </div>
          {reasons.length > 0 ? (
            <ul class="reasons">
              {reasons.map((each) => (
                <li key={each}>
                  <button type="button" class="reason" onClick={() => write(each)}>
                    {each}
                  </button>
                </li>
              ))}
            </ul>
          ) : null}
          <ErrorBox error={error} words={words} explain={adminError} />
          <div class="choices">
            {choices.map((choice) => (
              <button
                key={choice.key}
                type="button"
                class={`button ${choice.look}`}
                aria-busy={busy === choice.key}
                aria-disabled={busy !== null}
                onClick={() => void take(choice)}
              >
                {choice.label}
              </button>
            ))}
          </div>
        </>
      )}
    </div>
  );
}
