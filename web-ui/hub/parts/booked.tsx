import type { ComponentChildren } from "preact";
import type { ConnectorView } from "../../../shared/hub-page";
import { connectorPath } from "../route";
import type { PageActions, PageState, StartValues } from "../state";
import { Notice } from "./bits";

interface Props {
  state: PageState;
  actions: PageActions;
  connector: ConnectorView;
}

/** The values of a start's form. */
function formOf(form: HTMLFormElement): StartValues {
  const values = new FormData(form);
  const text = (name: string) => String(values.get(name) ?? "").trim();
  return {
    accessKey: text("accessKey"),
    reference: text("reference"),
    pin: text("pin"),
    standby: values.has("standby"),
    withPass: values.has("withPass"),
  };
}

/** A form that starts; a plain one as well, so that it works before any script. */
export function StartForm(props: Props & { label: string; children?: ComponentChildren; quiet?: boolean }) {
  const { state, actions, connector, label, children, quiet } = props;
  const pending = state.pending.value === "start";
  return (
    <form
      class="action"
      method="post"
      action={`${connectorPath(connector.cpId, connector.connectorId)}/start`}
      onSubmit={(event) => {
        event.preventDefault();
        actions.start(formOf(event.currentTarget));
      }}
    >
      <input type="hidden" name="secret" value={state.formSecret} />
      {children}
      <button
        class={quiet ? "button quiet" : "button primary"}
        type="submit"
        aria-disabled={pending}
        aria-busy={pending}
      >
        {pending ? state.words.t("starting") : label}
      </button>
    </form>
  );
}

/** One field of a start's form. */
export function StartField(props: { name: string; label: string; hint?: string; digits?: boolean }) {
  const { name, label, hint, digits } = props;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        required
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        inputMode={digits ? "numeric" : undefined}
        aria-describedby={hint ? `${name}-hint` : undefined}
      />
      {hint ? (
        <p class="sub" id={`${name}-hint`}>
          {hint}
        </p>
      ) : null}
    </div>
  );
}

/** Whether this browser has the pass of a booking whose time has come. */
export function isBooked({ pass, nowMs }: PageState): boolean {
  return pass.value !== null && pass.value.opens <= nowMs.value;
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}

/** The booking that this browser has a pass of: when it is, and its start from when it opens. */
export function BookedStart(props: Props) {
  const { state } = props;
  const pass = state.pass.value;
  if (!pass) return null;
  const { t, format } = state.words;
  return (
    <section class="card booked" aria-labelledby="booked">
      <h2 id="booked">{t("yourBooking")}</h2>
      <p class="headline">
        {t("bookingTimes", { from: format.dateTime(instant(pass.from)), until: format.time(instant(pass.until)) })}
      </p>
      {!isBooked(state) ? (
        <p>{t("bookingOpens", { time: format.dateTime(instant(pass.opens)) })}</p>
      ) : (
        <StartForm {...props} label={t("startBooked")}>
          <input type="hidden" name="withPass" value="1" />
          {pass.needsPin ? <StartField name="pin" label={t("pin")} hint={t("pinHint")} digits /> : null}
        </StartForm>
      )}
    </section>
  );
}

/** A booking that was made at this site, by what its confirmation says. */
export function ReferenceStart(props: Props & { open: boolean }) {
  const { t } = props.state.words;
  return (
    <details class="more" open={props.open}>
      <summary>{t("haveBooking")}</summary>
      <p class="sub">{t("haveBookingText")}</p>
      <StartForm {...props} label={t("startBooked")} quiet={!props.open}>
        <StartField name="reference" label={t("reference")} hint={t("referenceHint")} />
        <StartField name="pin" label={t("pin")} digits />
      </StartForm>
    </details>
  );
}

/** Nobody can say for how long the place is free: a charge that ends when a booked driver comes, said before it is agreed to. */
export function StandbyStart(props: Props) {
  const { t } = props.state.words;
  return (
    <Notice tone="warn">
      <h2>{t("standbyTitle")}</h2>
      <p>{t("standbyText")}</p>
      <StartForm {...props} label={t("startStandby")}>
        <input type="hidden" name="standby" value="1" />
      </StartForm>
    </Notice>
  );
}

/** The site is full although this driver has booked: wait and try again, or give up and be compensated. */
export function FullChoice({ state, actions }: Pick<Props, "state" | "actions">) {
  const { t } = state.words;
  const pending = state.pending.value === "compensation";
  return (
    <button class="button quiet" type="button" aria-busy={pending} aria-disabled={pending} onClick={actions.compensate}>
      {t("giveUp")}
    </button>
  );
}

/** What became of a booking that its driver has given up. */
export function Settled({ state }: Pick<Props, "state">) {
  const owed = state.settled.value;
  if (owed === null) return null;
  const { t, format } = state.words;
  const amount = format.money(Math.abs(owed), state.view.value.site.currency);
  return (
    <Notice tone="calm">
      <p role="status">{t(owed < 0 ? "settledBack" : owed > 0 ? "settledOwed" : "settledFree", { amount })}</p>
    </Notice>
  );
}
