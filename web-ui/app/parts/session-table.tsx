import { duration } from "../../common/format";
import type { OwnedSite, OwnerSession } from "../types";
import type { Words } from "../words";

/** Sessions as a table on wide screens and as cards on phones: the same rows, so that nothing is said twice to a screen reader. */
export function SessionTable({ sessions, site, words }: { sessions: OwnerSession[]; site: OwnedSite; words: Words }) {
  const { t } = words;
  if (sessions.length === 0) return <p class="card empty lead">{t("noSessions")}</p>;
  const heads = ["started", "charger", "duration", "energyTotal", "amount"] as const;
  return (
    <table class="sessions card">
      <caption class="sr">{t("sessions")}</caption>
      <thead>
        <tr>
          {heads.map((head) => (
            <th scope="col" key={head}>
              {t(head)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} site={site} words={words} />
        ))}
      </tbody>
    </table>
  );
}

function SessionRow({ session, site, words }: { session: OwnerSession; site: OwnedSite; words: Words }) {
  const { t } = words;
  const format = words.formatIn(site.timeZone);
  const end = session.endedAt ?? session.lastReadingAt;
  return (
    <tr>
      <th scope="row">
        <a href={`/sites/${site.siteId}/sessions/${session.id}`}>{format.dateTime(session.startedAt)}</a>
      </th>
      <td>{`${session.cpId} \u00b7 ${session.connectorId}`}</td>
      <td>
        {session.endedAt === null ? (
          <span class="mark mark-busy">{t("running")}</span>
        ) : (
          duration((Date.parse(end) - Date.parse(session.startedAt)) / 1000)
        )}
      </td>
      <td class="number">{format.kwh(session.energyWh)}</td>
      <td class="number">
        <strong>{format.money(session.cost.amount, session.cost.currency)}</strong>
        {session.flags.length > 0 ? <span class="flag">{t("flags")}</span> : null}
      </td>
    </tr>
  );
}
