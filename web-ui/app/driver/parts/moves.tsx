import { useLocation } from "preact-iso";
import { useDoing } from "../../parts/doing";
import type { Reschedule } from "../ahead-types";
import { useDriver } from "../use";
import { Note, Trouble } from "./bits";

/** A booking whose charger cannot be counted on, what is offered instead, and what comes back otherwise. */
export function Move({
  move,
  timeZone,
  onDone,
}: {
  move: Reschedule;
  timeZone: string;
  onDone: (told?: string) => void;
}) {
  const { words, t, ahead } = useDriver();
  const { route } = useLocation();
  const doing = useDoing();
  const format = words.formatIn(timeZone);
  const { offer, refund, compensation, cause, siteName, siteId } = move;
  const money = (each: Reschedule["refund"]) => format.money(each.amount, each.currency);
  const timeOf = ({ start, end }: { start: string; end: string }) =>
    t("bookingTimes", { from: format.dateTime(start), until: format.time(end) });
  const answer = (offerId: string | null) =>
    doing.run("answer", async () => {
      const said = await ahead.answer(move, offerId);
      if (said.ok && said.value.moved) route(`/charging/${said.value.moved.siteId}/${said.value.moved.booking}`);
      else if (said.ok) onDone(t("moveEnded", { refund: money(refund) }));
      // What was offered has changed, or is over: the list says how it stands.
      else if (said.error.code !== "network") onDone();
      return said;
    });
  return (
    <Note warn>
      <div class="stack">
        <div>
          <h2>{t("moveTitle")}</h2>
          <p>{t(cause === "charger" ? "moveCharger" : "moveOwner", { place: siteName, time: timeOf(move) })}</p>
        </div>
        {offer ? (
          <p>
            <strong>
              {offer.siteId === siteId
                ? t("moveHere", { time: timeOf(offer) })
                : t("moveAway", {
                    km: format.decimal(Math.round(offer.distanceM / 100) / 10),
                    place: offer.siteName,
                    time: timeOf(offer),
                    price: money(offer.price),
                  })}
            </strong>
          </p>
        ) : null}
        <p>
          {t(offer ? "moveSilent" : "moveNone", { refund: money(refund) })}
          {compensation.amount > 0 ? ` ${t("movePaid", { amount: money(compensation) })}` : ""}
        </p>
        <Trouble error={doing.error} words={words} />
        <div class="pair-buttons">
          {offer ? (
            <button
              class="button primary"
              type="button"
              aria-busy={doing.busy !== null}
              onClick={() => void answer(offer.offerId)}
            >
              {t("moveAccept")}
            </button>
          ) : null}
          <button class="button quiet" type="button" onClick={() => void answer(null)}>
            {t(offer ? "moveDecline" : "moveEnd")}
          </button>
        </div>
      </div>
    </Note>
  );
}
