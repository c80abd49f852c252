import { useState } from "preact/hooks";
import { Choice, Form, valueOf } from "../../common/form";
import type { ConsoleAction } from "../payloads";
import { consoleActions, payloadText, readPayload } from "../payloads";
import type { CallAnswer, ChargePoint } from "../types";
import { useHub, usePoll, useWork } from "../use";
import { Act, Shown, Trouble } from "./bits";

const EVERY_MS = 15_000;
/** Answers that stay on the page. */
const KEPT = 20;

interface Answered {
  at: string;
  cpId: string;
  action: string;
  answer: CallAnswer;
}

/** Any call to any charger, and what it answers. */
export function Console() {
  const { words, api } = useHub();
  const polled = usePoll(api.chargePoints, EVERY_MS);
  return (
    <Shown polled={polled}>
      {({ chargePoints }) =>
        chargePoints.length === 0 ? (
          <p class="card lead">{words.t("noChargers")}</p>
        ) : (
          <Calls chargePoints={chargePoints} />
        )
      }
    </Shown>
  );
}

function Calls({ chargePoints }: { chargePoints: ChargePoint[] }) {
  const { words, api, now } = useHub();
  const { t, format } = words;
  const { busy, error, run } = useWork();
  const [action, setAction] = useState<ConsoleAction>("TriggerMessage");
  const [text, setText] = useState(payloadText("TriggerMessage"));
  const [isWrong, setWrong] = useState(false);
  const [answers, setAnswers] = useState<Answered[]>([]);
  const send = async (cpId: string) => {
    const payload = readPayload(text);
    setWrong(payload === null);
    if (payload === null) return;
    const answer = await run(api.call(cpId, action, payload));
    if (answer) {
      const at = new Date(now()).toISOString();
      setAnswers((before) => [{ at, cpId, action, answer }, ...before].slice(0, KEPT));
    }
  };
  return (
    <div class="stack">
      <Form
        class="card stack"
        onSend={(form) => {
          void send(valueOf(form, "cpId"));
        }}
        busy={busy}
      >
        <p class="sub">{t("consoleWarn")}</p>
        <Choice
          id="cpId"
          label={t("charger")}
          value=""
          options={chargePoints.map(({ cpId, name }) => [cpId, name ? `${name} (${cpId})` : cpId] as const)}
        />
        <Choice
          id="action"
          label={t("action")}
          value={action}
          options={consoleActions.map((each) => [each, each] as const)}
          onChange={(chosen) => {
            setAction(chosen as ConsoleAction);
            setText(payloadText(chosen as ConsoleAction));
            setWrong(false);
          }}
        />
        <div class="field">
          <label for="payload">{t("payload")}</label>
          <textarea
            id="payload"
            class="code-field"
            rows={Math.min(16, text.split("\n").length + 1)}
            spellcheck={false}
            value={text}
            aria-invalid={isWrong ? true : undefined}
            aria-describedby={isWrong ? "payload-wrong" : undefined}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          {isWrong ? (
            <p class="wrong" id="payload-wrong" role="alert">
              {t("payloadWrong")}
            </p>
          ) : null}
        </div>
        <Trouble error={error} />
        <Act busy={busy} submit>
          {t("send")}
        </Act>
      </Form>
      <section class="stack" aria-labelledby="answers">
        <h2 id="answers">{t("answers")}</h2>
        {answers.length === 0 ? <p class="lead">{t("noAnswers")}</p> : null}
        <ol class="stack" aria-live="polite">
          {answers.map((each) => (
            <li key={each.at + each.action} class="card stack">
              <h3>{t("answered", { ...each, time: format.timeSeconds(each.at) })}</h3>
              <pre tabIndex={0}>
                {JSON.stringify("result" in each.answer ? each.answer.result : each.answer, null, 2)}
              </pre>
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}
