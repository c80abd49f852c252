import { useRef, useState } from "preact/hooks";
import { Choice, Form, valueOf } from "../../common/form";
import { duration } from "../../common/format";
import type { Answer } from "../api";
import type { ChargePoint, Reservation, Reservations as Overview, Reserved } from "../types";
import { useHub, usePoll, useWork } from "../use";
import { Act, Shown, Trouble } from "./bits";

const EVERY_MS = 5_000;
const QUARTER_MS = 15 * 60_000;
/** How far ahead the form offers times. */
const AHEAD_MS = 24 * 60 * 60_000;
const lengthsMinutes = [30, 60, 90, 120, 180, 240];

/** What is reserved at this site, made here or in the cloud; and what waits for somebody's word. */
export function Reservations() {
  const { api } = useHub();
  const polled = usePoll(async () => {
    const [overview, points] = await Promise.all([api.reservations(), api.chargePoints()]);
    if (!overview.ok) return overview;
    return points.ok ? { ok: true, value: { overview: overview.value, points: points.value.chargePoints } } : points;
  }, EVERY_MS);
  return (
    <Shown polled={polled}>
      {({ overview, points }) => (
        <div class="stack">
          <Doubts overview={overview} again={polled.again} />
          <List reservations={overview.reservations} again={polled.again} />
          <New points={points} again={polled.again} />
        </div>
      )}
    </Shown>
  );
}

function Doubts({ overview, again }: { overview: Overview; again: () => void }) {
  const { words, api } = useHub();
  const { t } = words;
  const { recovering, clockAheadMs, clockCredible } = overview;
  const minutes = Math.round(clockAheadMs / 60_000);
  return (
    <>
      {recovering ? (
        <Doubt text={t("recovering")} act={t("confirmRecovery")} work={api.confirmRecovery} again={again} />
      ) : null}
      {clockAheadMs > 0 ? (
        <Doubt text={t("clockAhead", { minutes })} act={t("confirmClock")} work={api.confirmClock} again={again} />
      ) : null}
      {clockCredible ? null : <p class="notice notice-warn">{t("clockDoubt")}</p>}
    </>
  );
}

function Doubt(props: { text: string; act: string; work: () => Promise<Answer<unknown>>; again: () => void }) {
  const { busy, error, run } = useWork();
  return (
    <section class="notice notice-warn stack">
      <p>{props.text}</p>
      <Trouble error={error} />
      <Act busy={busy} quiet onClick={() => void run(props.work()).then(props.again)}>
        {props.act}
      </Act>
    </section>
  );
}

function List({ reservations, again }: { reservations: Reservation[]; again: () => void }) {
  const { t } = useHub().words;
  if (reservations.length === 0) return <p class="card lead">{t("noReservations")}</p>;
  return (
    <ul class="tiles">
      {reservations.map((each) => (
        <li key={each.booking}>
          <Card reservation={each} again={again} />
        </li>
      ))}
    </ul>
  );
}

function Card({ reservation, again }: { reservation: Reservation; again: () => void }) {
  const { words, api } = useHub();
  const { t, format } = words;
  const { busy, error, run } = useWork();
  const [isSure, setSure] = useState(false);
  const { from, until, seat, stage, seller, reference, doubt, cancelPending, booking } = reservation;
  return (
    <article class="card stack">
      <div>
        <h2>{t("fromTo", { from: format.dateTime(from), until: format.time(until) })}</h2>
        <p class="sub">
          {[seat, t(stage), t(seller === "hub" ? "soldByHub" : "soldByCloud"), doubt ? t("inDoubt") : ""]
            .filter(Boolean)
            .join(" \u00b7 ")}
        </p>
        <p class="sub">{t("reference", { reference })}</p>
      </div>
      <Trouble error={error} />
      {stage !== "reserved" || seller !== "hub" ? null : cancelPending ? (
        <p>{t("cancelling")}</p>
      ) : (
        <Act busy={busy} quiet onClick={() => (isSure ? void run(api.cancel(booking)).then(again) : setSure(true))}>
          {t(isSure ? "cancelSure" : "cancel")}
        </Act>
      )}
    </article>
  );
}

/** `crypto.randomUUID` is missing where a page comes over plain HTTP. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A form without typing: quarters of an hour from the next one on, as the site's clock shows them. */
function New({ points, again }: { points: ChargePoint[]; again: () => void }) {
  const { words, api, now } = useHub();
  const { t, format } = words;
  const { busy, error, run } = useWork();
  const [made, setMade] = useState<Reserved | null>(null);
  // The same until it was done: a call whose answer was lost may be sent again.
  const key = useRef(newKey());
  const [first] = useState(() => Math.ceil(now() / QUARTER_MS) * QUARTER_MS);
  const places = points.flatMap(({ cpId, name, connectors }) =>
    connectors.map(({ connectorId }) => [`${cpId}/${connectorId}`, `${name ?? cpId} \u00b7 ${connectorId}`] as const),
  );
  if (places.length === 0) return null;
  const starts = Array.from({ length: AHEAD_MS / QUARTER_MS }, (_, index) => {
    const at = new Date(first + index * QUARTER_MS).toISOString();
    return [at, format.dateTime(at)] as const;
  });
  const reserve = async (form: HTMLFormElement) => {
    const [cpId = "", connectorId] = valueOf(form, "place").split("/");
    const from = valueOf(form, "from");
    const until = new Date(Date.parse(from) + Number(valueOf(form, "forHow")) * 60_000).toISOString();
    const reserved = await run(api.reserve({ from, until, cpId, connectorId: Number(connectorId), key: key.current }));
    if (reserved) key.current = newKey();
    setMade(reserved);
    again();
  };
  return (
    <Form class="card stack" onSend={reserve} busy={busy}>
      <h2>{t("newReservation")}</h2>
      <Choice id="place" label={t("place")} value="" options={places} />
      <Choice
        id="from"
        label={t("from")}
        value=""
        options={starts}
        hint={t("zoneHint", { zone: format.timeZone.replaceAll("_", " ") })}
      />
      <Choice
        id="forHow"
        label={t("forHow")}
        value="60"
        options={lengthsMinutes.map((minutes) => [String(minutes), duration(minutes * 60)] as const)}
      />
      <Trouble error={error} />
      <Act busy={busy} submit>
        {t("reserve")}
      </Act>
      <div role="status">
        {made ? (
          <div class="notice stack">
            <p>{t("reservedNow")}</p>
            <p>
              <strong>{t("reference", { reference: made.reservation.reference })}</strong>
            </p>
            {made.pin ? (
              <p>
                <strong>{t("pin", { pin: made.pin })}</strong>
              </p>
            ) : null}
          </div>
        ) : null}
      </div>
    </Form>
  );
}
