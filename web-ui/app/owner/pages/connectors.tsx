import "../../driver/driver.css";
import "../owner.css";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { ConnectorType } from "../../../../shared/connector-types";
import { currentOf } from "../../../../shared/connector-types";
import { Choice, Field, Form, Submit, valueOf } from "../../parts/form";
import { Show } from "../../parts/load";
import { SiteFrame } from "../../parts/site-frame";
import { readNumber } from "../../tariff-form";
import type { OwnedSite } from "../../types";
import type { Words } from "../../words";
import { Act, SetupSteps, Trouble } from "../parts/bits";
import { ChargePoints } from "../parts/charge-points";
import { plugChoices } from "../plugs";
import type { Connector } from "../types";
import { useAsk, useOwner, useSending } from "../use";

/** What each connector of a site is. */
export default function ConnectorsPage({ siteId }: { siteId: string }) {
  const { o } = useOwner();
  const setup = useLocation().query["setup"] !== undefined;
  return (
    <SiteFrame siteId={siteId} tab="board" height="row" title={o("connectors")}>
      {(site) => (
        <div class="stack">
          {setup ? <SetupSteps now={3} /> : null}
          <Connectors site={site} setup={setup} />
        </div>
      )}
    </SiteFrame>
  );
}

function Connectors({ site, setup }: { site: OwnedSite; setup: boolean }) {
  const { words, o } = useOwner();
  const { siteId } = site;
  const [loaded, again] = useAsk(`connectors ${siteId}`, (ask) =>
    ask("get", "/v1/sites/:siteId/connectors", { siteId }),
  );
  return (
    <Show loaded={loaded} words={words} again={again} height="row">
      {({ connectors }) => (
        <div class="stack">
          <p class="lead">{`${o("connectorsLead")} ${o("connectorPowerHint")}`}</p>
          {connectors.length === 0 ? <p class="card empty lead">{o("connectorsNone")}</p> : null}
          <ul class="list">
            {connectors.map((connector) => (
              <li key={`${connector.cpId}/${connector.connectorId}`}>
                <ConnectorForm site={site} connector={connector} words={words} onRemoved={again} />
              </li>
            ))}
          </ul>
          <ChargePoints site={site} connectors={connectors} />
          <div class="pair-buttons">
            {connectors.length === 0 ? (
              <button class="button primary" type="button" onClick={again}>
                {o("lookAgain")}
              </button>
            ) : (
              <a class="button primary" href={`/sites/${siteId}/labels${setup ? "?setup=1" : ""}`}>
                {o("toLabels")}
              </a>
            )}
            <a class="button quiet" href={`/sites/${siteId}/listing`}>
              {o("toListing")}
            </a>
          </div>
        </div>
      )}
    </Show>
  );
}

/** One connector: its plug, its power where the hub's is not the truth, and what is written on it. */
function ConnectorForm(props: { site: OwnedSite; connector: Connector; words: Words; onRemoved: () => void }) {
  const { site, connector, words, onRemoved } = props;
  const { o, ask } = useOwner();
  const [known, setKnown] = useState(connector);
  const [wrong, setWrong] = useState(false);
  const saving = useSending();
  const removing = useSending();
  const key = `${known.cpId}/${known.connectorId}`;
  const params = { siteId: site.siteId, cpId: known.cpId, connectorId: String(known.connectorId) };
  const id = (name: string) => `${name}-${key.replace("/", "-")}`;
  const format = words.formatIn(site.timeZone);
  const save = (form: HTMLFormElement) => {
    const kw = readNumber(valueOf(form, id("power")));
    const bad = kw === null || (kw > 0 && (kw < 1 || kw > 1000));
    setWrong(bad);
    if (bad) return;
    const json = {
      type: valueOf(form, id("type")) as ConnectorType,
      powerW: kw === 0 ? null : Math.round(kw * 1000),
      label: valueOf(form, id("label")),
    };
    void saving.send(() => ask("put", "/v1/sites/:siteId/connectors/:cpId/:connectorId", params, { json }), setKnown);
  };
  return (
    <Form class="card stack connector" aria-label={key} onSend={save}>
      <div class="side">
        <h2>{`${known.cpId} \u00b7 ${words.t("connectorNo", { number: known.connectorId })}`}</h2>
        <span class="sub">
          {known.powerW === null || known.type === null
            ? o("connectorUnknown")
            : `${currentOf(known.type)} \u00b7 ${format.kw(known.powerW)}`}
        </span>
      </div>
      {known.told ? null : <p class="notice notice-warn">{o("connectorGone")}</p>}
      <div class="pair-fields">
        <Choice
          id={id("type")}
          label={o("connectorType")}
          value={known.type ?? "IEC_62196_T2"}
          options={plugChoices(o)}
        />
        <Field
          id={id("power")}
          label={o("connectorPower")}
          inputMode="decimal"
          defaultValue={known.ownPowerW === null ? "" : String(known.ownPowerW / 1000)}
          error={wrong ? o("powerWrong") : undefined}
          placeholder={known.powerW === null ? "" : String(known.powerW / 1000)}
        />
        <Field id={id("label")} label={o("connectorLabel")} defaultValue={known.label} maxLength={40} />
      </div>
      <Trouble error={saving.error} words={words} />
      <Trouble error={removing.error} words={words} />
      <div class="pair-buttons">
        <Submit busy={saving.state === "busy"} words={words}>
          {words.t("save")}
        </Submit>
        {known.told ? null : (
          <Act
            sending={removing}
            words={words}
            onClick={() =>
              void removing.send(
                () => ask("delete", "/v1/sites/:siteId/connectors/:cpId/:connectorId", params),
                onRemoved,
              )
            }
          >
            {o("connectorRetire")}
          </Act>
        )}
        <span role="status" class="saved in-line">
          {saving.state === "done" ? words.t("saved") : ""}
        </span>
      </div>
    </Form>
  );
}
