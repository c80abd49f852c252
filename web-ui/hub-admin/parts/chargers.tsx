import { useState } from "preact/hooks";
import { Field, Form, valueOf } from "../../common/form";
import type { ChargePoint, HistoryEntry, Pending, RunningSession } from "../types";
import { useHub, usePoll, useWork } from "../use";
import { faultText } from "../words";
import { Act, Shown, StatusMark, Trouble } from "./bits";

const EVERY_MS = 3_000;

/** Every charger as it stands, and those that wait to be let in. */
export function Chargers() {
  const { api, words } = useHub();
  const polled = usePoll(async () => {
    const [points, pending, sessions] = await Promise.all([api.chargePoints(), api.pending(), api.sessions()]);
    if (!points.ok) return points;
    if (!pending.ok) return pending;
    if (!sessions.ok) return sessions;
    const running = sessions.value.sessions.filter(({ endedAt }) => endedAt === null);
    return { ok: true, value: { points: points.value.chargePoints, pending: pending.value.chargePoints, running } };
  }, EVERY_MS);
  return (
    <Shown polled={polled}>
      {({ points, pending, running }) => (
        <div class="stack">
          <Approvals pending={pending} again={polled.again} />
          <FaultCount points={points} />
          {points.length === 0 && pending.length === 0 ? <EmptyHint /> : null}
          <ul class="tiles">
            {points.map((point) => (
              <li key={point.cpId}>
                <Tile point={point} running={running.filter(({ cpId }) => cpId === point.cpId)} />
              </li>
            ))}
          </ul>
          <a class="button quiet" href="/install">
            {words.t("installOne")}
          </a>
        </div>
      )}
    </Shown>
  );
}

function EmptyHint() {
  return <p class="card lead">{useHub().words.t("noChargers")}</p>;
}

function isFaulted({ connectors }: ChargePoint): boolean {
  return connectors.some(({ status, errorCode }) => status === "Faulted" || errorCode !== "NoError");
}

function FaultCount({ points }: { points: ChargePoint[] }) {
  const { t } = useHub().words;
  const count = points.filter(isFaulted).length;
  if (points.length === 0) return null;
  return (
    <p class={count > 0 ? "notice notice-bad" : "lead"}>{count > 0 ? t("faultsNow", { count }) : t("noFaults")}</p>
  );
}

/** Those that knock: one tap lets one in. */
function Approvals({ pending, again }: { pending: Pending[]; again: () => void }) {
  const { t } = useHub().words;
  const [approved, setApproved] = useState<string | null>(null);
  return (
    <>
      <p role="status" class={approved ? "notice" : "sr"}>
        {approved ? t("approved", { cpId: approved }) : ""}
      </p>
      {pending.map((each) => (
        <Knock
          key={each.cpId}
          pending={each}
          onDone={() => {
            setApproved(each.cpId);
            again();
          }}
        />
      ))}
    </>
  );
}

function Knock({ pending, onDone }: { pending: Pending; onDone: () => void }) {
  const { words, api, now } = useHub();
  const { t, format } = words;
  const { busy, error, run } = useWork();
  const { cpId, address, attempts, lastSeenAt, transport } = pending;
  const ago = format.ago((now() - Date.parse(lastSeenAt)) / 1000);
  const approve = async (password: string) => {
    if (await run(api.approve(pending, password))) onDone();
  };
  return (
    <section class="card stack knock" aria-labelledby={`knock-${cpId}`}>
      <div>
        <h2 id={`knock-${cpId}`}>{t("waiting")}</h2>
        <p>
          {t("waitingText", {
            cpId,
            transport: transport === "mqtt" ? "MQTT" : "WebSocket",
            address,
            ago,
            count: attempts,
          })}
        </p>
      </div>
      <Trouble error={error} />
      <Form
        autocomplete="off"
        class="row"
        onSend={(form) => {
          void approve(valueOf(form, `password-${cpId}`).trim());
        }}
        busy={busy}
      >
        <Field
          id={`password-${cpId}`}
          type="password"
          label={t("approvePassword")}
          hint={t("approvePasswordHint")}
          minLength={8}
        />
        <Act busy={busy} submit>
          {t("approve")}
        </Act>
      </Form>
    </section>
  );
}

function Tile({ point, running }: { point: ChargePoint; running: RunningSession[] }) {
  const { words } = useHub();
  const { t, format } = words;
  const { cpId, name, online, onlineChangedAt, boot, connectors } = point;
  const since = onlineChangedAt === null ? null : format.dateTime(onlineChangedAt);
  return (
    <article class={`card stack tile ${isFaulted(point) ? "tile-faulted" : online ? "" : "tile-offline"}`}>
      <div>
        <h2>{name ?? cpId}</h2>
        <p class="sub">{since === null ? t("never") : t(online ? "online" : "offline", { time: since })}</p>
        {boot && !boot.accepted ? <p class="wrong">{t("notAccepted")}</p> : null}
        {point.refused && !online ? <TurnedAway point={point} refused={point.refused} /> : null}
        {boot ? (
          <p class="sub">
            {t("details", { vendor: boot.vendor, model: boot.model, firmware: boot.firmwareVersion ?? "-" })}
          </p>
        ) : null}
      </div>
      <ul class="lines">
        {connectors.map((connector) => {
          const fault = faultText(connector.errorCode, connector.status, words);
          const session = running.find(({ connectorId }) => connectorId === connector.connectorId);
          return (
            <li key={connector.connectorId} class="line">
              <span class="sub">{t("connector", { id: connector.connectorId })}</span>
              <StatusMark status={connector.status} online={online} />
              <span class="sub">{t("since", { time: format.dateTime(connector.at) })}</span>
              {fault ? <strong class="wrong">{fault}</strong> : null}
              {fault && connector.info ? <span class="sub">{connector.info}</span> : null}
              {session ? <Running session={session} /> : null}
            </li>
          );
        })}
      </ul>
      <History cpId={cpId} />
    </article>
  );
}

/**
 * Why a registered charger does not come in or is not listened to, and what mends it: its password anew, or plain frames. One with a key has the
 * password that follows from it, and seals.
 */
function TurnedAway(props: { point: ChargePoint; refused: NonNullable<ChargePoint["refused"]> }) {
  const { refused } = props;
  const { cpId, hasKey } = props.point;
  const { words, api } = useHub();
  const { t, format } = words;
  const { busy, error, run } = useWork();
  const id = `password-${cpId}`;
  return (
    <>
      <p class="wrong">
        {t("turnedAway", { time: format.time(refused.at) })} {t(refused.reason)}
      </p>
      {refused.reason === "wrong_password" && !hasKey ? (
        <Form
          autocomplete="off"
          class="stack"
          onSend={(form) => {
            void run(api.setPassword(cpId, valueOf(form, id).trim()));
          }}
          busy={busy}
        >
          <Trouble error={error} />
          <Field id={id} type="password" label={t("itsPassword")} minLength={8} required />
          <Act busy={busy} submit quiet>
            {t("takePassword")}
          </Act>
        </Form>
      ) : null}
      {refused.reason === "unsealed" && !hasKey ? (
        <div class="stack">
          <Trouble error={error} />
          <Act busy={busy} quiet onClick={() => void run(api.takeUnsealed(cpId))}>
            {t("takeUnsealed")}
          </Act>
        </div>
      ) : null}
    </>
  );
}

function Running({ session }: { session: RunningSession }) {
  const { words, api } = useHub();
  const { t, format } = words;
  const { busy, error, run } = useWork();
  const [asked, setAsked] = useState(false);
  const energy = format.kwh(session.energyWh);
  const time = format.time(session.startedAt);
  return (
    <>
      <span>
        {session.powerW === null
          ? t("sessionStarting", { energy, time })
          : t("session", { energy, power: format.kw(session.powerW), time })}
      </span>
      <Trouble error={error} />
      {asked ? (
        <p role="status">{t("stopAsked")}</p>
      ) : (
        <Act busy={busy} quiet onClick={() => void run(api.stop(session.id)).then((done) => setAsked(done !== null))}>
          {t("stop")}
        </Act>
      )}
    </>
  );
}

/** What happened at a charger, asked for when somebody wants to know. */
function History({ cpId }: { cpId: string }) {
  const { words, api } = useHub();
  const { t, format } = words;
  const { error, run } = useWork();
  const [entries, setEntries] = useState<HistoryEntry[] | null>(null);
  const open = async (isOpen: boolean) => {
    if (!isOpen) return;
    const found = await run(api.history(cpId));
    if (found) setEntries(found.statuses);
  };
  return (
    <details onToggle={(event) => void open((event.currentTarget as HTMLDetailsElement).open)}>
      <summary>{t("history")}</summary>
      <Trouble error={error} />
      {entries?.length === 0 ? <p class="sub">{t("noHistory")}</p> : null}
      <ol class="lines">
        {entries?.map((entry) => (
          <li key={entry.id} class="line">
            <span class="sub">{format.dateTime(entry.at)}</span>
            <span>{historyText(entry)}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** An entry for who installs: the event's own name, and what it says. */
export function historyText({ type, data }: HistoryEntry): string {
  const values = Object.entries(data)
    .filter(([key, value]) => key !== "cpId" && value !== null && value !== "NoError")
    .map(([key, value]) => `${key} ${typeof value === "string" ? value : JSON.stringify(value)}`);
  return [type, ...values].join(" \u00b7 ");
}
