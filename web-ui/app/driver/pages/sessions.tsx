import "../driver.css";
import "../my.css";
import { chevron, marks } from "../../../common/icons";
import { duration } from "../../../common/format";
import { ChargingFrame } from "../parts/charging-frame";
import { Pages } from "../../parts/pages";
import type { MySession } from "../my-types";
import { secondsOf } from "../session-model";
import { useDriver } from "../use";

/** All sessions at all places, the running ones first since they are the newest. */
export default function MySessionsPage() {
  const { t, my } = useDriver();
  return (
    <ChargingFrame tab="sessions">
      <Pages load={my.sessions} itemsOf={(page) => page.sessions} empty={t("noSessions")} keyOf={({ id }) => id}>
        {(session) => <SessionCard session={session} />}
      </Pages>
    </ChargingFrame>
  );
}

function SessionCard({ session }: { session: MySession }) {
  const { words, t, now } = useDriver();
  const format = words.formatIn(session.timeZone);
  const { siteId, id, siteName, startedAt, endedAt, energyWh, cost } = session;
  return (
    <a class="card row" href={`/sessions/${siteId}/${id}`}>
      <span class="what">
        <strong>{siteName}</strong>
        <span class="sub">{`${format.dateTime(startedAt)} \u00b7 ${duration(secondsOf(session, now()))}`}</span>
        {endedAt === null ? (
          <span class="mark mark-busy">
            {marks.busy}
            {t("bookingCharging")}
          </span>
        ) : null}
      </span>
      <span class="worth">
        <strong>{format.money(cost.amount, cost.currency)}</strong>
        <span class="sub">{format.kwh(energyWh)}</span>
      </span>
      {chevron}
    </a>
  );
}
