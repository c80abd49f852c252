import "../../driver/driver.css";
import "../owner.css";
import { useState } from "preact/hooks";
import { duration } from "../../../common/format";
import { marks } from "../../../common/icons";
import { Show } from "../../parts/load";
import { SiteFrame } from "../../parts/site-frame";
import { faultText } from "../../ocpp-words";
import type { OwnedSite } from "../../types";
import type { Words } from "../../words";
import type { Ask } from "../api";
import { Act, Trouble } from "../parts/bits";
import { TicketCard } from "../parts/ticket";
import type { Fault, Ticket } from "../types";
import { useAsk, useOwner, useSending } from "../use";

/** What is broken at a site, what was, and what is done about it. */
export default function FaultsPage({ siteId }: { siteId: string }) {
  return (
    <SiteFrame siteId={siteId} tab="faults" height="row">
      {(site) => <Loading site={site} />}
    </SiteFrame>
  );
}

const page = (ask: Ask, siteId: string, cursor?: string) =>
  ask("get", "/v1/sites/:siteId/faults", { siteId }, { query: { limit: 25, cursor } });

function Loading({ site }: { site: OwnedSite }) {
  const { words } = useOwner();
  const { siteId } = site;
  const [loaded, again] = useAsk(`faults ${siteId}`, async (ask) => {
    const [faults, tickets] = await Promise.all([
      page(ask, siteId),
      ask("get", "/v1/sites/:siteId/tickets", { siteId }, { query: { limit: 100 } }),
    ]);
    if (!faults.ok) return faults;
    return tickets.ok ? { ok: true, value: { faults: faults.value, tickets: tickets.value.tickets } } : tickets;
  });
  return (
    <Show loaded={loaded} words={words} again={again} height="row">
      {({ faults, tickets }) => <Lists site={site} first={faults} firstTickets={tickets} />}
    </Show>
  );
}

interface FaultsPart {
  faults: Fault[];
  nextCursor: string | null;
}

function Lists({ site, first, firstTickets }: { site: OwnedSite; first: FaultsPart; firstTickets: Ticket[] }) {
  const { words, o, ask } = useOwner();
  const { siteId } = site;
  const [{ faults, nextCursor }, setFaults] = useState(first);
  const [tickets, setTickets] = useState(firstTickets);
  const more = useSending();
  const opening = useSending();
  const open = (fault: Fault) =>
    void opening.send(
      () =>
        ask(
          "post",
          "/v1/sites/:siteId/tickets",
          { siteId },
          {
            json: {
              cpId: fault.cpId,
              connectorId: fault.connectorId,
              title: faultText(fault.errorCode, words),
              faultId: fault.faultId,
            },
          },
        ),
      (ticket) => setTickets([ticket, ...tickets]),
    );
  const changed = (ticket: Ticket) =>
    setTickets(tickets.map((each) => (each.ticketId === ticket.ticketId ? ticket : each)));
  return (
    <div class="stack">
      <section class="stack" aria-labelledby="tickets">
        <h2 id="tickets">{o("tickets")}</h2>
        {tickets.length === 0 ? <p class="card empty lead">{o("ticketsNone")}</p> : null}
        <ul class="list">
          {tickets.map((ticket) => (
            <li key={ticket.ticketId}>
              <TicketCard site={site} ticket={ticket} words={words} onChange={changed} />
            </li>
          ))}
        </ul>
      </section>
      <section class="stack" aria-labelledby="faults">
        <h2 id="faults">{o("faults")}</h2>
        <Trouble error={opening.error} words={words} />
        <Trouble error={more.error} words={words} />
        {faults.length === 0 ? (
          <p class="card empty lead">{o("faultsNone")}</p>
        ) : (
          <ul class="card items">
            {faults.map((fault) => (
              <FaultLine
                key={fault.faultId}
                site={site}
                fault={fault}
                words={words}
                onTicket={tickets.some((each) => each.faultId === fault.faultId) ? null : () => open(fault)}
              />
            ))}
          </ul>
        )}
        {nextCursor === null ? null : (
          <Act
            sending={more}
            words={words}
            onClick={() =>
              void more.send(
                () => page(ask, siteId, nextCursor),
                (next) => setFaults({ faults: [...faults, ...next.faults], nextCursor: next.nextCursor }),
              )
            }
          >
            {words.t("more")}
          </Act>
        )}
      </section>
    </div>
  );
}

/** A fault in plain words with its code, since when and for how long. */
function FaultLine(props: { site: OwnedSite; fault: Fault; words: Words; onTicket: (() => void) | null }) {
  const { site, fault, words, onTicket } = props;
  const { o } = useOwner();
  const format = words.formatIn(site.timeZone);
  const { cpId, connectorId, errorCode, vendorErrorCode, info, openedAt, closedAt, downtimeSeconds } = fault;
  const text = faultText(errorCode, words);
  const where = connectorId === 0 ? cpId : `${cpId} \u00b7 ${words.t("connectorNo", { number: connectorId })}`;
  const times =
    closedAt === null
      ? o("faultSince", { time: format.dateTime(openedAt) })
      : `${format.dateTime(openedAt)} \u2013 ${format.dateTime(closedAt)}`;
  return (
    <li>
      <span class="what">
        <strong class={closedAt === null ? "mark mark-faulted" : ""}>
          {closedAt === null ? marks.faulted : null}
          {text}
        </strong>
        <span class="sub">{[where, times, o("downtime", { time: duration(downtimeSeconds) })].join(" \u00b7 ")}</span>
        <span class="sub">
          {[words.t("errorCode", { code: errorCode }), vendorErrorCode, info].filter(Boolean).join(" \u00b7 ")}
        </span>
      </span>
      {onTicket ? (
        <button class="plain" type="button" aria-label={`${o("ticketOpen")}: ${where}, ${text}`} onClick={onTicket}>
          {o("ticketOpen")}
        </button>
      ) : null}
    </li>
  );
}
