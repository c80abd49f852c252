import { useEffect, useRef, useState } from "preact/hooks";
import { useDoing } from "../../parts/doing";
import { useDriver } from "../use";
import { Note, Told, Trouble } from "./bits";

/** A time that somebody else has, to get in line for. */
export function WaitForm(props: {
  siteId: string;
  wish: { class: string; start: string; end: string };
  timeZone: string;
  onClose: () => void;
}) {
  const { siteId, wish, timeZone, onClose } = props;
  const { words, t, ahead } = useDriver();
  const [joined, setJoined] = useState(false);
  const doing = useDoing();
  const heading = useRef<HTMLHeadingElement>(null);
  // It stands above the times, perhaps out of sight.
  useEffect(() => heading.current?.focus?.(), []);
  const format = words.formatIn(timeZone);
  const time = t("bookingTimes", { from: format.dateTime(wish.start), until: format.time(wish.end) });
  if (joined) {
    return (
      <Told>
        <p>{t("waitJoined", { time })}</p>
      </Told>
    );
  }
  return (
    <Note warn>
      <div class="stack">
        <div>
          <h2 ref={heading} tabIndex={-1}>
            {t("waitTitle")}
          </h2>
          <p>{t("waitText", { time })}</p>
        </div>
        <Trouble error={doing.error} words={words} />
        <div class="pair-buttons">
          <button
            class="button primary"
            type="button"
            aria-busy={doing.busy !== null}
            onClick={() => void doing.run("join", () => ahead.wait(siteId, wish)).then(setJoined)}
          >
            {t("waitJoin")}
          </button>
          <button class="button quiet" type="button" onClick={onClose}>
            {t("giveBack")}
          </button>
        </div>
      </div>
    </Note>
  );
}
