import "../../driver/driver.css";
import "../owner.css";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { qrPath } from "../../../common/qr";
import { Field } from "../../parts/form";
import { Show } from "../../parts/load";
import { SiteFrame } from "../../parts/site-frame";
import type { OwnedSite } from "../../types";
import { hubLink, readHubAddress } from "../labels-model";
import { SetupSteps } from "../parts/bits";
import { plugName } from "../plugs";
import type { Connector } from "../types";
import { useAsk, useOwner } from "../use";

/** Labels with QR codes, one a connector, on sheets of A4. */
export default function LabelsPage({ siteId }: { siteId: string }) {
  const { o } = useOwner();
  const setup = useLocation().query["setup"] !== undefined;
  return (
    <SiteFrame siteId={siteId} tab="board" height="grid" title={o("labels")}>
      {(site) => (
        <div class="stack">
          {setup ? <SetupSteps now={4} /> : null}
          <Labels site={site} />
        </div>
      )}
    </SiteFrame>
  );
}

function Labels({ site }: { site: OwnedSite }) {
  const { words, o } = useOwner();
  const { siteId } = site;
  const kept = `hub-address ${siteId}`;
  const [loaded, again] = useAsk(`connectors ${siteId}`, (ask) =>
    ask("get", "/v1/sites/:siteId/connectors", { siteId }),
  );
  const [typed, setTyped] = useState(localStorage.getItem(kept) ?? "");
  const [where, setWhere] = useState<"hub" | "cloud">("hub");
  const hub = readHubAddress(typed);
  const linkOf = (connector: Connector) =>
    where === "cloud" ? connector.link : hub === null ? null : hubLink(hub, connector);
  return (
    <Show loaded={loaded} words={words} again={again} height="grid">
      {({ connectors }) => (
        <div class="stack">
          <div class="card stack no-print">
            <p class="lead">{o("labelsLead")}</p>
            <div class="segments" role="group" aria-label={o("labelsWhere")}>
              {(["hub", "cloud"] as const).map((each) => (
                <button key={each} type="button" aria-pressed={each === where} onClick={() => setWhere(each)}>
                  {o(each === "hub" ? "labelsHub" : "labelsCloud")}
                </button>
              ))}
            </div>
            <p>{o(where === "hub" ? "labelsHubText" : "labelsCloudText")}</p>
            {where === "hub" ? (
              <Field
                id="hubAddress"
                label={o("hubAddress")}
                hint={o("hubAddressHint")}
                error={typed !== "" && hub === null ? o("hubAddressWrong") : undefined}
                value={typed}
                onInput={({ currentTarget: { value } }) => {
                  setTyped(value);
                  if (readHubAddress(value) !== null) localStorage.setItem(kept, value);
                }}
              />
            ) : null}
            <button
              class="button primary fit"
              type="button"
              aria-disabled={where === "hub" && hub === null}
              onClick={() => {
                if (where === "cloud" || hub !== null) print();
                else document.getElementById("hubAddress")?.focus();
              }}
            >
              {o("printLabels")}
            </button>
          </div>
          {connectors.length === 0 ? <p class="card empty lead">{o("connectorsNone")}</p> : null}
          <ul class="stickers">
            {connectors.map((connector) => (
              <li class="sticker" key={`${connector.cpId}/${connector.connectorId}`}>
                <Label site={site} connector={connector} link={linkOf(connector)} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </Show>
  );
}

/** One label: whose it is, the code, and under it the same address in letters. */
function Label({ site, connector, link }: { site: OwnedSite; connector: Connector; link: string | null }) {
  const { words, o } = useOwner();
  const { cpId, connectorId, label, type } = connector;
  const name = `${cpId} \u00b7 ${words.t("connectorNo", { number: connectorId })}`;
  const code = link === null ? null : qrPath(link, "M");
  return (
    <>
      <span>{site.name}</span>
      <strong>{label || name}</strong>
      {code ? (
        <svg
          class="sticker-qr"
          viewBox={`0 0 ${code.size} ${code.size}`}
          role="img"
          aria-label={o("labelCode", { name })}
          shape-rendering="crispEdges"
        >
          <path d={code.path} />
        </svg>
      ) : (
        <span class="sticker-qr sticker-none" aria-hidden="true" />
      )}
      <span class="sticker-link">{link ?? o("hubAddressFirst")}</span>
      <span class="sticker-plug">
        {[label ? name : "", type ? plugName(type, o) : ""].filter(Boolean).join(" \u00b7 ")}
      </span>
    </>
  );
}
