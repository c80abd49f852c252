import { duration } from "../../../common/format";
import { marks } from "../../../common/icons";
import { Field, Form, Submit, valueOf } from "../../parts/form";
import type { OwnedSite } from "../../types";
import type { Words } from "../../words";
import type { Ticket } from "../types";
import { useOwner, useSending } from "../use";
import { Trouble } from "./bits";

const kinds = { opened: "noteOpened", note: "noteNote", fixed: "noteFixed", reopened: "noteReopened" } as const;

/** What is to be mended: its history, a note more, and that it is mended, or is not after all. */
export function TicketCard(props: {
  site: OwnedSite;
  ticket: Ticket;
  words: Words;
  onChange: (ticket: Ticket) => void;
}) {
  const { site, ticket, words, onChange } = props;
  const { o, ask } = useOwner();
  const format = words.formatIn(site.timeZone);
  const noting = useSending();
  const fixing = useSending();
  const { ticketId, cpId, connectorId, title, fixedAt, downtimeSeconds, history } = ticket;
  const params = { siteId: site.siteId, ticketId };
  const isOpen = fixedAt === null;
  const note = (form: HTMLFormElement) =>
    noting.send(
      () =>
        ask("post", "/v1/sites/:siteId/tickets/:ticketId/notes", params, {
          json: { text: valueOf(form, `note-${ticketId}`), reopen: !isOpen },
        }),
      (changed) => {
        form.reset();
        onChange(changed);
      },
    );
  const fix = (form: HTMLFormElement) =>
    fixing.send(
      () =>
        ask("post", "/v1/sites/:siteId/tickets/:ticketId/fix", params, {
          json: { cause: valueOf(form, `cause-${ticketId}`), fixedBy: valueOf(form, `by-${ticketId}`) },
        }),
      onChange,
    );
  const where = connectorId === 0 ? cpId : `${cpId} \u00b7 ${words.t("connectorNo", { number: connectorId })}`;
  return (
    <details class="card bill-card" open={isOpen}>
      <summary>
        <span class="what">
          <strong>{title}</strong>
          <span class="sub">{[where, o("downtime", { time: duration(downtimeSeconds) })].join(" \u00b7 ")}</span>
        </span>
        <span class={`mark mark-${isOpen ? "reserved" : "free"}`}>
          {isOpen ? marks.reserved : marks.free}
          {o(isOpen ? "ticketIsOpen" : "ticketIsFixed")}
        </span>
      </summary>
      <div class="stack inside">
        <ol class="items">
          {history.map(({ at, kind, text, by }) => (
            <li key={`${at} ${kind}`}>
              <span class="what">
                <span class="sub">{[format.dateTime(at), o(kinds[kind]), by].filter(Boolean).join(" \u00b7 ")}</span>
                <span>{text}</span>
              </span>
            </li>
          ))}
        </ol>
        <Form class="stack" onSend={note}>
          <Field
            id={`note-${ticketId}`}
            label={o(isOpen ? "noteLabel" : "reopenLabel")}
            required
            maxLength={2000}
            autocomplete="off"
          />
          <Trouble error={noting.error} words={words} />
          <Submit busy={noting.state === "busy"} words={words}>
            {o(isOpen ? "noteAdd" : "ticketReopen")}
          </Submit>
        </Form>
        {isOpen ? (
          <Form class="stack refund" onSend={fix}>
            <div class="pair-fields">
              <Field id={`cause-${ticketId}`} label={o("cause")} required maxLength={1000} autocomplete="off" />
              <Field id={`by-${ticketId}`} label={o("fixedBy")} required maxLength={100} autocomplete="off" />
            </div>
            <Trouble error={fixing.error} words={words} />
            <Submit busy={fixing.state === "busy"} words={words}>
              {o("ticketFix")}
            </Submit>
          </Form>
        ) : null}
      </div>
    </details>
  );
}
