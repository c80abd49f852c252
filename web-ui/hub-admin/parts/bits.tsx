import type { ComponentChildren } from "preact";
import type { ConnectorStatus } from "../../../shared/ocpp";
import { marks } from "../../common/icons";
import type { Failure } from "../api";
import type { Polled } from "../use";
import { useHub } from "../use";
import { errorText } from "../words";

/** An error as a box: plain words and the code. */
export function Trouble({ error }: { error: Failure | null }) {
  const { words } = useHub();
  if (!error) return null;
  return (
    <div class="notice notice-bad" role="alert">
      <p>{errorText(error, words)}</p>
      <p class="code">{words.t("errorCode", { code: error.code })}</p>
    </div>
  );
}

/** What is asked for again and again: a skeleton first, then the last answer, dimmed by a notice where it is old. */
export function Shown<T>({ polled, children }: { polled: Polled<T>; children: (value: T) => ComponentChildren }) {
  const { words } = useHub();
  const { value, error, at } = polled;
  if (value === null) {
    if (error) return <Trouble error={error} />;
    return (
      <div class="stack" aria-busy="true">
        <span class="sr">{words.t("loading")}</span>
        <div class="skeleton card" />
        <div class="skeleton card" />
      </div>
    );
  }
  return (
    <>
      {error ? (
        <p class="notice notice-warn" role="status">
          {words.t("stale", { time: words.format.timeSeconds(new Date(at).toISOString()) })}
        </p>
      ) : null}
      {children(value)}
    </>
  );
}

const signs = {
  Available: "free",
  Preparing: "busy",
  Charging: "busy",
  SuspendedEV: "busy",
  SuspendedEVSE: "busy",
  Finishing: "busy",
  Reserved: "reserved",
  Unavailable: "out",
  Faulted: "faulted",
} as const satisfies Record<ConnectorStatus, keyof typeof marks>;

/** State of a connector as sign and word. */
export function StatusMark({ status, online }: { status: ConnectorStatus; online: boolean }) {
  const { t } = useHub().words;
  const sign = online ? signs[status] : "offline";
  return (
    <span class={`mark mark-${sign}`}>
      {marks[sign]}
      {t(status)}
    </span>
  );
}

/** A button that is busy while its work is under way. */
export function Act(props: {
  busy: boolean;
  quiet?: boolean;
  submit?: boolean;
  onClick?: () => void;
  children: string;
}) {
  const { busy, quiet = false, submit = false, onClick, children } = props;
  const { t } = useHub().words;
  return (
    <button
      class={`button ${quiet ? "quiet" : "primary"}`}
      type={submit ? "submit" : "button"}
      aria-busy={busy}
      aria-disabled={busy}
      onClick={busy ? undefined : onClick}
    >
      {busy ? t("working") : children}
    </button>
  );
}
