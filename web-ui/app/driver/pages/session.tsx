import "../driver.css";
import "../my.css";
import { useEffect, useState } from "preact/hooks";
import { billOf } from "../../../common/bill";
import { Facts } from "../../../common/facts";
import { stopwatch } from "../../../common/format";
import { marks } from "../../../common/icons";
import { BillTable } from "../../parts/bill";
import { useDoing } from "../../parts/doing";
import { Show, useLoad } from "../../parts/load";
import type { MySession, MySessionDetail } from "../my-types";
import { Note, Trouble } from "../parts/bits";
import { InvoiceLink } from "../parts/invoice-link";
import { ReviewForm } from "../parts/review-form";
import { isOld, secondsOf } from "../session-model";
import { useDriver, useNow } from "../use";

interface PageProps {
  siteId: string;
  sessionId: string;
}

/** One of the driver's sessions: live while it runs, from anywhere; then its receipt, invoice and review. */
export default function MySessionPage({ siteId, sessionId }: PageProps) {
  const { words, t, my } = useDriver();
  const [loaded, again] = useLoad(sessionId, () => my.session(siteId, sessionId));
  const name = loaded.state === "there" ? loaded.value.siteName : "\u00a0";
  return (
    <main id="main">
      <div class="head">
        <a class="back" href="/sessions">
          {t("sessions")}
        </a>
        <h1>{name}</h1>
      </div>
      <Show loaded={loaded} words={words} again={again} height="form">
        {(value) => <Session key={value.id} start={value} />}
      </Show>
    </main>
  );
}

function Session({ start }: { start: MySessionDetail }) {
  const { my, words } = useDriver();
  const { siteId, id } = start;
  const [detail, setDetail] = useState(start);
  const [live, setLive] = useState<MySession | null>(null);
  const [lost, setLost] = useState(false);
  const doing = useDoing();
  useEffect(() => {
    if (start.endedAt !== null) return undefined;
    const source = new EventSource(`/v1/me/sessions/${encodeURIComponent(siteId)}/${encodeURIComponent(id)}/live`);
    source.addEventListener("message", ({ data }) => {
      const told = JSON.parse(String(data)) as MySession;
      setLost(false);
      setLive(told);
      if (told.endedAt === null) return;
      // The stream ends with the session; its bill needs the periods as they are at the end.
      source.close();
      void my.session(siteId, id).then((answer) => (answer.ok ? setDetail(answer.value) : undefined));
    });
    source.addEventListener("error", () => setLost(true));
    return () => source.close();
  }, [siteId, id]);
  const session = { ...detail, ...live };
  const bill = billOf({ ...detail, cost: session.cost }, words.bill, words.formatIn(session.timeZone));
  return (
    <div class="stack">
      <Trouble error={doing.error} words={words} />
      <div class="columns">
        <div class="stack">
          {session.endedAt === null ? (
            <Running
              session={session}
              lost={lost}
              busy={doing.busy !== null}
              asked={doing.done !== null}
              onStop={() => void doing.run("stop", () => my.stop(siteId, id))}
            />
          ) : (
            <Ended session={session} />
          )}
        </div>
        <section class="card stack" aria-labelledby="bill">
          <h2 id="bill">{words.t("bill")}</h2>
          {/* The periods are of when the page was opened: while it runs, only the total is as it stands. */}
          <BillTable bill={detail.endedAt === null ? { ...bill, rows: [], tax: [] } : bill} words={words} />
        </section>
      </div>
      {session.endedAt === null ? null : <ReviewForm siteId={siteId} sessionId={id} />}
    </div>
  );
}

interface RunningProps {
  session: MySession;
  lost: boolean;
  busy: boolean;
  asked: boolean;
  onStop: () => void;
}

function Running({ session, lost, busy, asked, onStop }: RunningProps) {
  const { words, t, now } = useDriver();
  const at = useNow(now, 1000);
  const format = words.formatIn(session.timeZone);
  const old = isOld(session, at);
  const { energyWh, powerW, cost, lastReadingAt } = session;
  return (
    <section class="card stack" aria-labelledby="now">
      <h2 id="now" class="mark mark-busy">
        {marks.busy}
        {t(powerW === 0 ? "livePaused" : "bookingCharging")}
      </h2>
      {lost ? (
        <Note warn>
          <p>{t("liveLost")}</p>
        </Note>
      ) : null}
      <dl class={old ? "live old" : "live"}>
        <Figure label={words.t("energyTotal")} value={format.kwh(energyWh)} />
        <Figure label={words.t("power")} value={powerW === null ? "\u2013" : format.kw(powerW)} />
        <Figure label={words.t("cost")} value={format.money(cost.amount, cost.currency)} />
        <Figure label={t("liveTime")} value={stopwatch(secondsOf(session, at))} />
      </dl>
      {old ? <p class="sub">{t("liveOld", { time: format.timeSeconds(lastReadingAt) })}</p> : null}
      <SessionFacts session={session} />
      {asked ? (
        <p role="status">{t("stopAsked")}</p>
      ) : (
        <button class="button stop" type="button" aria-busy={busy} aria-disabled={busy} onClick={onStop}>
          {t("stopCharging")}
        </button>
      )}
    </section>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Ended({ session }: { session: MySession }) {
  const { words, t } = useDriver();
  const format = words.formatIn(session.timeZone);
  return (
    <section class="card stack" aria-labelledby="over">
      <div role="status">
        <h2 id="over">{t("sessionOver")}</h2>
      </div>
      <dl class="live">
        <Figure label={words.t("energyTotal")} value={format.kwh(session.energyWh)} />
        <Figure label={words.t("cost")} value={format.money(session.cost.amount, session.cost.currency)} />
      </dl>
      <SessionFacts session={session} />
      <InvoiceLink session={session} />
    </section>
  );
}

/** Where, when and by which readings. */
function SessionFacts({ session }: { session: MySession }) {
  const { words } = useDriver();
  const { t } = words;
  const format = words.formatIn(session.timeZone);
  const when = (at: string) => `${format.dateTime(at)} ${format.zone(at)}`;
  return (
    <Facts
      facts={[
        [t("charger"), `${session.cpId}, ${t("connectorNo", { number: session.connectorId })}`],
        [t("started"), when(session.startedAt)],
        [t("ended"), session.endedAt === null ? null : when(session.endedAt)],
        [t("meterStart"), format.kwh(session.meterStart)],
        [t("meterStop"), session.meterStop === null ? null : format.kwh(session.meterStop)],
        [t("receiptNumber"), session.receiptNumber],
      ]}
    />
  );
}
