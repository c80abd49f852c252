import type { Words } from "../../words";
import type { Guard } from "../guard";
import { useOwner } from "../use";

const reasons = {
  blocked: "whyBlocked",
  closed: "whyClosed",
  notSold: "whyNotSold",
  tooLong: "whyTooLong",
  walkInSeat: "whyWalkIn",
} as const;

/** Which bookings a change meets, before it is made. */
export function Affected({ guard, timeZone, words }: { guard: Guard; timeZone: string; words: Words }) {
  const { o } = useOwner();
  const { met } = guard;
  if (!met) return null;
  const format = words.formatIn(timeZone);
  return (
    <section class="notice notice-warn stack" role="alert">
      <h2>{met.count === 1 ? o("affectedOne") : o("affectedMany", { count: met.count })}</h2>
      <p>{o("affectedText")}</p>
      <ul class="items">
        {met.affected.map(({ booking, version, seat, start, end, why }) => (
          <li key={`${booking} ${version}`}>
            <span class="what">
              <strong>{`${format.dateTime(start)} \u2013 ${format.time(end)}`}</strong>
              <span class="sub">{[seat, ...why.map((each) => o(reasons[each]))].join(" \u00b7 ")}</span>
            </span>
          </li>
        ))}
      </ul>
      {met.count > met.affected.length ? <p class="sub">{o("affectedMore")}</p> : null}
      <div class="pair-buttons">
        <button class="button stop" type="button" onClick={guard.goOn}>
          {o("affectedGoOn")}
        </button>
        <button class="button quiet" type="button" onClick={guard.leave}>
          {o("affectedLeave")}
        </button>
      </div>
    </section>
  );
}
