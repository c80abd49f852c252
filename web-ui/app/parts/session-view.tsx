import { billOf } from "../../common/bill";
import { Facts } from "../../common/facts";
import { duration } from "../../common/format";
import { reasonText } from "../ocpp-words";
import type { SessionDetail } from "../types";
import type { Words } from "../words";
import { BillTable } from "./bill";

const flagKeys = {
  incomplete: "flagIncomplete",
  suspicious_meter: "flagMeter",
  clock: "flagClock",
  corrected: "flagCorrected",
  price_mismatch: "flagPrice",
} as const;

interface SessionProps {
  session: SessionDetail;
  words: Words;
  /** The stop has been sent to the hub. */
  sent: boolean;
  onStop: () => void;
}

/** A session with its facts, its bill and the periods that the bill is made of. */
export function SessionView({ session, words, sent, onStop }: SessionProps) {
  const { t } = words;
  const format = words.formatIn(session.timeZone);
  const when = (at: string) => `${format.dateTime(at)} ${format.zone(at)}`;
  return (
    <div class="columns">
      <section class="card stack">
        {session.flags.length > 0 ? (
          <div class="notice notice-warn">
            <h2>{t("flags")}</h2>
            {session.flags.map((flag) => (
              <p key={flag}>{t(flagKeys[flag])}</p>
            ))}
          </div>
        ) : null}
        <Facts
          facts={[
            [t("charger"), `${session.cpId}, ${t("connectorNo", { number: session.connectorId })}`],
            [t("started"), when(session.startedAt)],
            [t("ended"), session.endedAt === null ? t("running") : when(session.endedAt)],
            [t("energyTotal"), format.kwh(session.energyWh)],
            [t("meterStart"), format.kwh(session.meterStart)],
            [t("meterStop"), session.meterStop === null ? null : format.kwh(session.meterStop)],
            [t("idTag"), session.idTag],
            [t("reason"), session.reason === null ? null : reasonText(session.reason, words)],
            [t("receiptNumber"), session.receiptNumber],
          ]}
        />
        {session.endedAt === null ? (
          sent ? (
            <p role="status">{t("stopSent")}</p>
          ) : (
            <button class="button stop" type="button" onClick={onStop}>
              {t("stopSession")}
            </button>
          )
        ) : null}
      </section>
      <section class="card stack">
        <h2>{t("bill")}</h2>
        <BillTable bill={billOf(session, words.bill, format)} words={words} />
        <h2>{t("periods")}</h2>
        <ul class="periods">
          {session.periods.map((period) => (
            <li key={period.start}>
              <strong>{format.timeSeconds(period.start)}</strong>
              <span>{t(period.charging ? "periodCharging" : "periodParked")}</span>
              <span class="sub">{`${duration(period.seconds)} \u00b7 ${format.kwh(period.energyWh)}`}</span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
