import { chevron } from "../../common/icons";
import { markOf } from "../model";
import { connectorPath } from "../route";
import type { PageState } from "../state";
import { MarkLabel } from "./bits";

/** All connectors of the site, or of one charge point, to choose from. */
export function ListPage({ state, cpId }: { state: PageState; cpId: string | null }) {
  const { words } = state;
  const all = state.view.value.connectors;
  const own = all.filter((connector) => connector.cpId === cpId);
  const shown = own.length > 0 ? own : all;
  return (
    <main id="main">
      <h1 tabIndex={-1}>{words.t("chargers")}</h1>
      <p class="lead">{words.t(shown.length > 0 ? "chooseCharger" : "noChargers")}</p>
      <ul class="chargers">
        {shown.map((connector) => (
          <li key={`${connector.cpId}/${connector.connectorId}`}>
            <a class="card row" href={connectorPath(connector.cpId, connector.connectorId)}>
              <span class="what">
                <strong>{connector.name}</strong>
                <span class="sub">{words.t("connectorNo", { number: connector.connectorId })}</span>
                <MarkLabel mark={markOf(connector)} words={words} />
              </span>
              {chevron}
            </a>
          </li>
        ))}
      </ul>
    </main>
  );
}
