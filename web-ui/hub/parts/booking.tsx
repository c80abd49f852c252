import type { ConnectorView } from "../../../shared/hub-page";
import type { Words } from "../words";
import { Notice } from "./bits";

/** What bookings mean for who stands here: the next one, when the running charge has to end, and that it may end at any time. */
export function BookingNote(props: { connector: ConnectorView; words: Words; idle: boolean }) {
  const { connector, words, idle } = props;
  const { reservation, leaveBy, standby } = connector;
  const { t, format } = words;
  if (!reservation && !leaveBy && !standby) return null;
  return (
    <Notice tone="calm">
      {reservation ? (
        <p>
          <strong>
            {t("reservedFrom", { from: format.time(reservation.from), until: format.time(reservation.until) })}
          </strong>
        </p>
      ) : null}
      {reservation && idle ? (
        <p>{t(reservation.held ? "reservedHeld" : "reservedLater", { time: format.time(reservation.from) })}</p>
      ) : null}
      {leaveBy ? <p>{t("leaveBy", { time: format.time(leaveBy) })}</p> : null}
      {standby ? <p>{t("standby")}</p> : null}
    </Notice>
  );
}
