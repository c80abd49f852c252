import { check, marks } from "../../../common/icons";
import type { Words } from "../../words";
import { actionsOf, stepsOf } from "../place-model";
import type { ListingAction } from "../place-model";
import type { Connector, OwnPlace } from "../types";
import type { Sending } from "../use";
import { ownerTexts } from "../words";
import { Act, Trouble } from "./bits";

const stateMarks = {
  draft: ["out", "stateDraft", "stateDraftText"],
  submitted: ["reserved", "stateSubmitted", "stateSubmittedText"],
  approved: ["free", "stateApproved", "stateApprovedText"],
  refused: ["faulted", "stateRefused", "stateRefusedText"],
  retired: ["out", "stateRetired", "stateRetiredText"],
} as const;
const actionKeys = { submit: "doSubmit", withdraw: "doWithdraw", retire: "doRetire" } as const;
const unlisted = { state: "draft" } as const;

/** How a listing stands, what it still needs, what the admin has said, and what can be done. */
export function ListingState(props: {
  siteId: string;
  place: OwnPlace | null;
  connectors: readonly Connector[];
  timeZone: string;
  words: Words;
  sending: Sending;
  onAction: (action: ListingAction) => void;
}) {
  const { siteId, place, connectors, timeZone, words, sending, onAction } = props;
  const o = ownerTexts.t();
  const format = words.formatIn(timeZone);
  const { state } = place ?? unlisted;
  const [mark, title, text] = stateMarks[state];
  const steps = stepsOf(place, connectors);
  const ready = steps.every(({ done, needed }) => done || !needed);
  const begins = actionsOf[state].includes("submit");
  return (
    <section class="card stack" aria-labelledby="listing-state">
      <h2 id="listing-state" class={`mark mark-${mark}`}>
        {marks[mark]}
        {o(title)}
      </h2>
      <p>{o(text)}</p>
      {state === "refused" && place?.reason ? (
        <div class="notice notice-warn">
          <h3>{o("refusedWhy")}</h3>
          <p>{place.reason}</p>
        </div>
      ) : null}
      {state === "submitted" && place?.submittedAt ? (
        <p class="sub">{o("submittedAt", { time: format.dateTime(place.submittedAt) })}</p>
      ) : null}
      {begins ? (
        <ul class="todo">
          {steps.map(({ step, done, needed }) => (
            <li key={step} class={done ? "done" : ""}>
              {done ? check : marks.free}
              <span>
                {step === "stepConnector" ? <a href={`/sites/${siteId}/connectors`}>{o(step)}</a> : o(step)}
                {done ? <span class="sr">{` (${o("stepDone")})`}</span> : null}
                {needed ? null : <span class="sub">{` ${o("stepOptional")}`}</span>}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      <Trouble error={sending.error} words={words} />
      {actionsOf[state].map((action) =>
        action === "submit" && !ready ? null : (
          <Act
            key={action}
            sending={sending}
            words={words}
            kind={action === "submit" ? "primary" : "quiet"}
            onClick={() => onAction(action)}
          >
            {o(actionKeys[action])}
          </Act>
        ),
      )}
    </section>
  );
}
