import { useState } from "preact/hooks";
import { Facts } from "../../common/facts";
import { Field, Form, valueOf } from "../../common/form";
import type { Pairing } from "../types";
import { useHub, usePoll, useWork } from "../use";
import { Act, Shown, Trouble } from "./bits";

const EVERY_MS = 3_000;

/** How the hub stands with its cloud, and the form that takes the owner's one-time code. */
export function Cloud() {
  const { api } = useHub();
  const polled = usePoll(api.pairing, EVERY_MS);
  return (
    <Shown polled={polled}>
      {(pairing) => (
        <div class="stack">
          <Standing pairing={pairing} />
          <Pair pairing={pairing} again={polled.again} />
        </div>
      )}
    </Shown>
  );
}

function Standing({ pairing }: { pairing: Pairing }) {
  const { t, format } = useHub().words;
  const { paired, cloudUrl, feedOpen, lastContactAt, lastError, ackedSeq, headSeq } = pairing;
  return (
    <section class="card stack" aria-labelledby="standing">
      <h2 id="standing">{t(!paired ? "unpaired" : feedOpen ? "cloudReached" : "cloudAway")}</h2>
      {paired ? (
        <Facts
          facts={[
            [t("cloudUrl"), cloudUrl ?? t("unknown")],
            [t("lastContact"), lastContactAt === null ? t("unknown") : format.dateTime(lastContactAt)],
            [t("waitingEvents"), String(headSeq - (ackedSeq ?? 0))],
          ]}
        />
      ) : (
        <p>{t("unpairedText")}</p>
      )}
      {paired && lastError && !feedOpen ? <p class="wrong">{lastError}</p> : null}
    </section>
  );
}

function Pair({ pairing: { paired, cloudUrl }, again }: { pairing: Pairing; again: () => void }) {
  const { words, api } = useHub();
  const { t } = words;
  const { busy, error, run } = useWork();
  const [done, setDone] = useState(false);
  const pair = async (form: HTMLFormElement) => {
    setDone(false);
    const [address, code] = [valueOf(form, "cloudUrl").trim(), valueOf(form, "code").trim()];
    const answer = await run(api.pair({ code, ...(address === "" ? {} : { cloudUrl: address }) }));
    setDone(answer !== null);
    again();
  };
  return (
    <Form autocomplete="off" class="card stack" onSend={pair} busy={busy}>
      <h2>{t(paired ? "pairAgain" : "pair")}</h2>
      <Field
        id="cloudUrl"
        label={t("cloudUrl")}
        hint={t("cloudUrlHint")}
        defaultValue={cloudUrl ?? ""}
        key={cloudUrl ?? ""}
        required
      />
      <Field id="code" label={t("code")} hint={t("codeHint")} required minLength={8} />
      <Trouble error={error} />
      <Act busy={busy} submit>
        {t("pair")}
      </Act>
      <p role="status" class="saved">
        {done ? t("pairDone") : ""}
      </p>
    </Form>
  );
}
