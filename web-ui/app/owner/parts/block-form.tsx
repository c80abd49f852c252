import { useState } from "preact/hooks";
import { Choice, Field, Form, Submit, valueOf } from "../../parts/form";
import type { OwnedSite } from "../../types";
import type { Words } from "../../words";
import { instantOf } from "../calendar-model";
import { useGuard } from "../guard";
import { useOwner } from "../use";
import { Affected } from "./affected";
import { Toggle, Trouble } from "./bits";

interface BlockProps {
  site: OwnedSite;
  date: string;
  connectors: readonly string[];
  words: Words;
  onMade: () => void;
}

/** Keeps a stretch from being sold; which bookings it meets is said first. */
export function BlockForm({ site, date, connectors, words, onMade }: BlockProps) {
  const { o, ask } = useOwner();
  const { siteId, timeZone } = site;
  const guard = useGuard(siteId);
  const [forever, setForever] = useState(false);
  const [wrong, setWrong] = useState(false);
  const block = (form: HTMLFormElement) => {
    const start = instantOf(timeZone, valueOf(form, "blockFromDay"), valueOf(form, "blockFrom"));
    const end = forever ? null : instantOf(timeZone, valueOf(form, "blockToDay"), valueOf(form, "blockTo"));
    const bad = start === null || (!forever && (end === null || end <= start));
    setWrong(bad);
    if (bad) return;
    const json = { seat: valueOf(form, "blockSeat") || null, start, end };
    guard.run(
      { kind: "block", ...json },
      (shown) => ask("post", "/v1/sites/:siteId/blocks", { siteId }, { json, query: { shown } }),
      onMade,
    );
  };
  return (
    <Form class="card stack" onSend={block}>
      <h2>{o("blockTitle")}</h2>
      <p class="sub">{o("blockText")}</p>
      <Choice
        id="blockSeat"
        label={o("connector")}
        value=""
        options={[["", o("everyConnector")], ...connectors.map((each) => [each, each] as const)]}
      />
      <div class="pair-fields">
        <Field id="blockFromDay" type="date" label={o("blockFrom")} defaultValue={date} required />
        <Field id="blockFrom" type="time" label={o("blockFromTime")} defaultValue="08:00" required />
        {forever ? null : <Field id="blockToDay" type="date" label={o("blockTo")} defaultValue={date} required />}
        {forever ? null : <Field id="blockTo" type="time" label={o("blockToTime")} defaultValue="12:00" required />}
      </div>
      <div>
        <Toggle label={o("blockForever")} on={forever} onToggle={setForever} />
      </div>
      {wrong ? (
        <p class="wrong" role="alert">
          {o("blockWrong")}
        </p>
      ) : null}
      <Affected guard={guard} timeZone={timeZone} words={words} />
      <Trouble error={guard.sending.error} words={words} />
      {guard.met ? null : (
        <Submit busy={guard.sending.state === "busy"} words={words}>
          {o("blockDo")}
        </Submit>
      )}
    </Form>
  );
}
