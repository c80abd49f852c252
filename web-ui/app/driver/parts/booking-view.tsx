import { useState } from "preact/hooks";
import { Facts } from "../../../common/facts";
import { qrPath } from "../../../common/qr";
import { Field, Form } from "../../parts/form";
import type { Words } from "../../words";
import { canCancel, canChange, cancelling } from "../cancel-model";
import type { KeptBooking, Keeper } from "../keep";
import { calendarOf, directionsTo, startLink } from "../ticket";
import type { DriverT } from "../words";
import { Rules } from "./hold";

interface BookingProps {
  kept: KeptBooking;
  words: Words;
  t: DriverT;
  keeper: Keeper;
  nowMs: number;
  busy: boolean;
  onCancel: () => void;
  onChange: () => void;
}

/** A booking with everything that its driver needs on the way and at the charger. */
export function BookingView(props: BookingProps) {
  const { kept, words, t, nowMs, onChange } = props;
  const { reservation, timeZone } = kept;
  const format = words.formatIn(timeZone);
  const { start, end, price, owed } = reservation;
  const isAhead = reservation.status === "reserved";
  const isOpen = isAhead || reservation.status === "charging";
  const title = `hitchpost: ${kept.placeName}`;
  return (
    <div class="columns">
      <div class="stack">
        <section class="card stack" aria-labelledby="summary">
          <h2 id="summary">{t("summary")}</h2>
          <p class="headline">{t("bookingTimes", { from: format.dateTime(start), until: format.time(end) })}</p>
          <p>{kept.address}</p>
          <Facts
            facts={[
              [t("bookedAt"), price.amount === 0 ? t("bookingFree") : format.money(price.amount, price.currency)],
              [t("owed"), owed.amount === price.amount ? null : format.money(owed.amount, owed.currency)],
            ]}
          />
          <a class="back" href={`/messages/${reservation.siteId}?booking=${reservation.booking}`}>
            {t("writeOwner")}
          </a>
          {isAhead ? <Rules booking={reservation} words={words} t={t} timeZone={timeZone} /> : null}
          {reservation.status === "charging" ? (
            <a class="button primary" href="/sessions">
              {t("sessions")}
            </a>
          ) : null}
          {isAhead ? (
            <div class="pair-buttons">
              <a
                class="button quiet"
                download="hitchpost.ics"
                href={`data:text/calendar;charset=utf-8,${encodeURIComponent(
                  calendarOf(kept, title, `${location.origin}${location.pathname}`, new Date(nowMs).toISOString()),
                )}`}
              >
                {t("calendar")}
              </a>
              <a class="button quiet" href={directionsTo(kept)} target="_blank" rel="noreferrer">
                {t("directions")}
              </a>
              {canChange(reservation, nowMs) ? (
                <button class="button quiet" type="button" onClick={onChange}>
                  {t("change")}
                </button>
              ) : null}
            </div>
          ) : null}
        </section>
        {canCancel(reservation) ? <Cancel {...props} /> : null}
        {reservation.pending ? <p role="status">{t("cancelled")}</p> : null}
      </div>
      {isOpen && !reservation.pending ? <Ticket {...props} /> : null}
    </div>
  );
}

/** Cancelling, with what it comes to said first. */
function Cancel({ kept, words, t, nowMs, busy, onCancel }: BookingProps) {
  const [asked, setAsked] = useState(false);
  const { reservation, timeZone } = kept;
  const { back, owed } = cancelling(reservation, nowMs);
  const format = words.formatIn(timeZone);
  const { currency } = reservation.price;
  if (!asked) {
    return (
      <button class="button quiet fit" type="button" onClick={() => setAsked(true)}>
        {t("cancel")}
      </button>
    );
  }
  return (
    <section class="notice notice-warn stack" aria-labelledby="cancel">
      <div>
        <h2 id="cancel">{t("cancelAsk")}</h2>
        {owed > 0 ? <p>{t("cancelFee", { fee: format.money(owed, currency) })}</p> : null}
        <p>
          {back > 0 ? t("cancelBack", { amount: format.money(back, currency) }) : owed === 0 ? t("cancelFree") : ""}
        </p>
      </div>
      <div class="pair-buttons">
        <button class="button stop" type="button" aria-busy={busy} aria-disabled={busy} onClick={onCancel}>
          {t("cancelYes")}
        </button>
        <button class="button quiet" type="button" onClick={() => setAsked(false)}>
          {t("cancelNo")}
        </button>
      </div>
    </section>
  );
}

/** At the charger: its own page with the pass, the PIN, and the pass as a code for the owner. */
function Ticket({ kept, t, keeper }: BookingProps) {
  const [wrong, setWrong] = useState(false);
  const { reservation, pass, pin } = kept;
  return (
    <section class="card stack" aria-labelledby="ticket">
      <div>
        <h2 id="ticket">{t("atSite")}</h2>
        <p class="sub">{t("atSiteText")}</p>
      </div>
      {pin ? (
        <div>
          <p class="label">{t("pin")}</p>
          <p class="code-pin">{pin}</p>
          <p class="sub">{t("pinText")}</p>
        </div>
      ) : pass?.needsPin ? (
        <p class="sub">{t("pinElsewhere")}</p>
      ) : null}
      {pass ? (
        <Form
          class="stack"
          onSend={(form) => {
            const typed = String(new FormData(form).get("charger") ?? "");
            const link = startLink(typed, pass.token);
            setWrong(link === null);
            if (link === null) return;
            keeper.keepHub(reservation.siteId, typed);
            location.assign(link);
          }}
        >
          <Field
            id="charger"
            label={t("chargerAddress")}
            hint={t("chargerAddressHint")}
            error={wrong ? t("chargerAddressWrong") : undefined}
            defaultValue={keeper.hubOf(reservation.siteId)}
            required
          />
          <button class="button primary" type="submit">
            {t("openCharger")}
          </button>
        </Form>
      ) : (
        <p role="status">{t("passLater")}</p>
      )}
      {pass ? (
        <details class="pass">
          <summary>{t("passCode")}</summary>
          <p class="sub">{t("passCodeText")}</p>
          <Qr text={pass.token} label={t("passCode")} />
        </details>
      ) : null}
    </section>
  );
}

/** A QR code as one path; nothing where the text is longer than a code can hold. */
function Qr({ text, label }: { text: string; label: string }) {
  const code = qrPath(text);
  if (!code) return null;
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${code.size} ${code.size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <path d={code.path} />
    </svg>
  );
}
