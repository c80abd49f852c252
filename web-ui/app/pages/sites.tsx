import { chevron } from "../../common/icons";
import { useApp } from "../context";
import { Show, useLoad } from "../parts/load";
import type { OwnedSite } from "../types";
import type { Words } from "../words";

/** The sites of the signed-in owner. */
export function SitesPage() {
  const { words, api } = useApp();
  const [sites, again] = useLoad("sites", api.sites);
  return (
    <main id="main">
      <div class="head side">
        <h1>{words.t("sites")}</h1>
        <a class="button quiet" href="/sites/new">
          {words.t("newSite")}
        </a>
      </div>
      <Show loaded={sites} words={words} again={again} height="row">
        {(value) => <SiteList sites={value.sites} words={words} />}
      </Show>
    </main>
  );
}

const policyKeys = { open: "policyOpen", accessKey: "policyAccessKey", pass: "policyPass" } as const;

/** Sites as cards, or what to do where there is none. */
export function SiteList({ sites, words }: { sites: OwnedSite[]; words: Words }) {
  if (sites.length === 0) {
    return (
      <div class="empty card">
        <p class="lead">{words.t("noSites")}</p>
        <a class="button primary" href="/sites/new">
          {words.t("newSite")}
        </a>
      </div>
    );
  }
  const businesses = new Map<string, string[]>();
  for (const { organizationId, name } of sites) {
    businesses.set(organizationId, [...(businesses.get(organizationId) ?? []), name]);
  }
  return (
    <ul class="list">
      {sites.map((site) => (
        <li key={site.siteId}>
          <a class="card row" href={`/sites/${site.siteId}`}>
            <span class="what">
              <strong>{site.name}</strong>
              <span class="sub">{words.t(policyKeys[site.startPolicy])}</span>
            </span>
            {chevron}
          </a>
        </li>
      ))}
      {[...businesses.entries()].map(([organizationId, names]) => (
        <li key={organizationId}>
          <a class="card row" href={`/business/${organizationId}`}>
            <span class="what">
              <strong>{words.t("business")}</strong>
              {businesses.size > 1 ? <span class="sub">{names.join(", ")}</span> : null}
            </span>
            {chevron}
          </a>
        </li>
      ))}
    </ul>
  );
}
