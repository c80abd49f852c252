import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Show } from "../../parts/load";
import type { Organization } from "../types";
import { useAsk, useOwner } from "../use";

const tabs = [
  ["tabMoney", ""],
  ["tabInvoices", "/invoices"],
  ["tabPayouts", "/payouts"],
  ["tabOffers", "/offers"],
  ["tabTeam", "/team"],
] as const;
type BusinessTab = (typeof tabs)[number][0];

/** A page of an organisation: its name, its parts, and the page itself when it is there. */
export function BusinessFrame(props: {
  organizationId: string;
  tab: BusinessTab;
  height: "row" | "grid" | "form";
  children: (organization: Organization, again: () => void) => ComponentChildren;
}) {
  const { organizationId, tab, height, children } = props;
  const { words, o } = useOwner();
  const bar = useRef<HTMLElement>(null);
  const [loaded, again] = useAsk(`organization ${organizationId}`, (ask) =>
    ask("get", "/v1/organizations/:organizationId", { organizationId }),
  );
  useEffect(
    () => bar.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" }),
    [tab],
  );
  const name = loaded.state === "there" ? loaded.value.name : "\u00a0";
  return (
    <main id="main" tabIndex={-1}>
      <div class="head">
        <h1>{name}</h1>
        <nav class="tabs" ref={bar} aria-label={o("business")}>
          {tabs.map(([each, path]) => (
            <a key={each} href={`/business/${organizationId}${path}`} aria-current={each === tab ? "page" : undefined}>
              {o(each)}
            </a>
          ))}
        </nav>
      </div>
      <Show loaded={loaded} words={words} again={again} height={height}>
        {(organization) => children(organization, again)}
      </Show>
    </main>
  );
}
