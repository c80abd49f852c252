import type { LogEntry } from "../types";
import { useAdmin } from "../use";
import { actionText } from "../actions";

/** Entries of the audit trail as a table; on a phone each is a card. */
export function LogTable({ entries }: { entries: LogEntry[] }) {
  const { t, format } = useAdmin();
  if (entries.length === 0) return <p class="card empty lead">{t("noEntries")}</p>;
  return (
    <table class="log card">
      <caption class="sr">{t("audit")}</caption>
      <thead>
        <tr>
          {(["when", "who", "what", "aboutWhat"] as const).map((head) => (
            <th scope="col" key={head}>
              {t(head)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.id}>
            <th scope="row">{format.dateTime(entry.at)}</th>
            <td>{entry.actorName ?? t("system")}</td>
            <td>
              {actionText(entry.action, t)}
              <Details data={entry.data} />
            </td>
            <td>
              <a href={`/admin/audit?subject=${encodeURIComponent(entry.subject)}`}>{entry.subject}</a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What an entry says beside who and what: the reason first, then values by name. */
function Details({ data }: { data: Record<string, unknown> }) {
  const { reason, ...rest } = data;
  const values = Object.entries(rest).map(([key, value]) => `${key}: ${textOf(value)}`);
  return (
    <>
      {typeof reason === "string" && reason !== "" ? <q class="detail">{reason}</q> : null}
      {values.length > 0 ? <span class="detail">{values.join(", ")}</span> : null}
    </>
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
