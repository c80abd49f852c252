import { useRef, useState } from "preact/hooks";
import { marks } from "../../../common/icons";
import { Field, Form, Submit, valueOf } from "../../parts/form";
import { Show } from "../../parts/load";
import type { OwnedSite } from "../../types";
import type { Words } from "../../words";
import type { ChargePoint, Connector } from "../types";
import { useAsk, useOwner, useSending } from "../use";
import { Act, Toggle, Trouble } from "./bits";

/** The charge points of a site: what they are called, and which are retired. */
export function ChargePoints({ site, connectors }: { site: OwnedSite; connectors: readonly Connector[] }) {
  const { o } = useOwner();
  const cpIds = [...new Set(connectors.filter(({ told }) => told).map(({ cpId }) => cpId))];
  if (cpIds.length === 0) return null;
  return (
    <section class="stack" aria-labelledby="charge-points">
      <h2 id="charge-points">{o("chargePoints")}</h2>
      <ul class="list">
        {cpIds.map((cpId) => (
          <li key={cpId}>
            <Loading site={site} cpId={cpId} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Loading({ site, cpId }: { site: OwnedSite; cpId: string }) {
  const { words } = useOwner();
  const { siteId } = site;
  const [loaded, again] = useAsk(`charge point ${siteId} ${cpId}`, (ask) =>
    ask("get", "/v1/sites/:siteId/charge-points/:cpId", { siteId, cpId }),
  );
  return (
    <Show loaded={loaded} words={words} again={again} height="row">
      {(chargePoint) => <ChargePointCard site={site} first={chargePoint} words={words} />}
    </Show>
  );
}

function ChargePointCard({ site, first, words }: { site: OwnedSite; first: ChargePoint; words: Words }) {
  const { o, ask } = useOwner();
  const [known, setKnown] = useState(first);
  const [asked, setAsked] = useState(false);
  const naming = useSending();
  const retiring = useSending();
  const heading = useRef<HTMLHeadingElement>(null);
  /** The question goes away with what had the focus. */
  const answered = () => {
    setAsked(false);
    heading.current?.focus();
  };
  const { cpId, retiredAt } = known;
  const params = { siteId: site.siteId, cpId };
  const format = words.formatIn(site.timeZone);
  const mayChange = site.role === "owner" || site.role === "admin";
  const device = [known.vendor, known.model, known.serialNumber, known.firmwareVersion]
    .filter(Boolean)
    .join(" \u00b7 ");
  const name = known.name ?? cpId;
  /** How many bookings it has is counted when it is asked, since they come and go while the page is open. */
  const look = () => ask("get", "/v1/sites/:siteId/charge-points/:cpId", params);
  const retire = async (reschedule: boolean) => {
    const json = { bookings: known.bookings, reschedule };
    const done = await ask("post", "/v1/sites/:siteId/charge-points/:cpId/retire", params, { json });
    // Those that came since are shown, and the owner asked again.
    const fresh = !done.ok && done.error.code === "bookings_affected" ? await look() : null;
    if (fresh?.ok) setKnown(fresh.value);
    return done;
  };
  const rename = (form: HTMLFormElement) => {
    const json = { name: valueOf(form, `name-${cpId}`).trim() || null };
    void naming.send(() => ask("patch", "/v1/sites/:siteId/charge-points/:cpId", params, { json }), setKnown);
  };
  return (
    <article class="card stack" aria-labelledby={`cp-${cpId}`}>
      <div class="side">
        <h3 id={`cp-${cpId}`} ref={heading} tabIndex={-1}>
          {name}
        </h3>
        <span class="sub">{name === cpId ? device : [cpId, device].filter(Boolean).join(" \u00b7 ")}</span>
      </div>
      {retiredAt === null ? null : (
        <p class="mark mark-out">
          {marks.out}
          {o("retiredSince", { time: format.date(retiredAt) })}
        </p>
      )}
      {mayChange ? (
        <Form class="name-form" onSend={rename}>
          <Field
            id={`name-${cpId}`}
            label={o("chargePointName")}
            defaultValue={known.ownName ?? ""}
            placeholder={known.name ?? cpId}
            maxLength={60}
          />
          <Submit busy={naming.state === "busy"} words={words}>
            {words.t("save")}
          </Submit>
        </Form>
      ) : null}
      <Trouble error={naming.error} words={words} />
      <Trouble error={retiring.error} words={words} />
      {mayChange ? (
        <div class="pair-buttons">
          {retiredAt === null ? (
            asked ? null : (
              <Act
                sending={retiring}
                words={words}
                onClick={() =>
                  void retiring.send(look, (fresh) => {
                    setKnown(fresh);
                    setAsked(true);
                  })
                }
              >
                {o("retire")}
              </Act>
            )
          ) : (
            <Act
              sending={retiring}
              words={words}
              onClick={() =>
                void retiring.send(() => ask("post", "/v1/sites/:siteId/charge-points/:cpId/restore", params), setKnown)
              }
            >
              {o("restore")}
            </Act>
          )}
          <span role="status" class="saved in-line">
            {naming.state === "done" ? words.t("saved") : ""}
          </span>
        </div>
      ) : null}
      {asked ? (
        <Retire
          known={known}
          words={words}
          sending={retiring}
          onLeave={answered}
          onRetire={(reschedule) =>
            void retiring.send(
              () => retire(reschedule),
              (after) => {
                answered();
                setKnown(after);
              },
            )
          }
        />
      ) : null}
    </article>
  );
}

/** What retiring means, before it is done. */
function Retire(props: {
  known: ChargePoint;
  words: Words;
  sending: ReturnType<typeof useSending>;
  onLeave: () => void;
  onRetire: (reschedule: boolean) => void;
}) {
  const { known, words, sending, onLeave, onRetire } = props;
  const { o } = useOwner();
  const [reschedule, setReschedule] = useState(true);
  const { bookings } = known;
  return (
    <section class="notice notice-warn stack" role="alert">
      <h4>{o("retireTitle", { name: known.name ?? known.cpId })}</h4>
      <p>{o("retireText")}</p>
      {bookings === 0 ? null : (
        <>
          <p>{bookings === 1 ? o("retireBooking") : o("retireBookings", { count: bookings })}</p>
          <div class="chips">
            <Toggle label={o("retireOffer")} on={reschedule} onToggle={setReschedule} />
          </div>
        </>
      )}
      <div class="pair-buttons">
        <Act sending={sending} words={words} kind="stop" onClick={() => onRetire(bookings > 0 && reschedule)}>
          {o("retire")}
        </Act>
        <button class="button quiet" type="button" onClick={onLeave}>
          {o("affectedLeave")}
        </button>
      </div>
    </section>
  );
}
