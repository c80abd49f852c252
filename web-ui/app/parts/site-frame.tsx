import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../context";
import type { OwnedSite } from "../types";
import { Show, useLoad } from "./load";

type SiteTab = "board" | "sessions" | "calendar" | "prices" | "figures" | "faults" | "reviews" | "listing" | "settings";

const tabs: [tab: SiteTab, path: string][] = [
  ["board", ""],
  ["sessions", "/sessions"],
  ["calendar", "/calendar"],
  ["prices", "/tariffs"],
  ["figures", "/figures"],
  ["faults", "/faults"],
  ["reviews", "/reviews"],
  ["listing", "/listing"],
  ["settings", "/settings"],
];

/** A page of one site: its name, its parts, and the page itself when the site is there. */
export function SiteFrame(props: {
  siteId: string;
  tab: SiteTab;
  title?: string;
  /** The shape of what follows, so that its place is kept while the site is on its way. */
  height: "row" | "grid" | "form";
  children: (site: OwnedSite, again: () => void) => ComponentChildren;
}) {
  const { siteId, tab, title, height, children } = props;
  const { words, api } = useApp();
  const [site, again] = useLoad(siteId, () => api.site(siteId));
  const name = site.state === "there" ? site.value.name : "\u00a0";
  return (
    <main id="main" tabIndex={-1}>
      <SiteHead siteId={siteId} name={name} tab={tab} labels={tabs.map(([each]) => words.t(each))} title={title} />
      <Show loaded={site} words={words} again={again} height={height}>
        {(value) => children(value, again)}
      </Show>
    </main>
  );
}

/** Name and parts of a site. */
export function SiteHead(props: {
  siteId: string;
  name: string;
  tab: SiteTab;
  labels: string[];
  title?: string | undefined;
}) {
  const { siteId, name, tab, labels, title } = props;
  const bar = useRef<HTMLElement>(null);
  useEffect(
    () => bar.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" }),
    [tab],
  );
  return (
    <div class="head">
      {title ? <p class="sub">{name}</p> : null}
      <h1>{title ?? name}</h1>
      <nav class="tabs" ref={bar} aria-label={name.trim() || "Site"}>
        {tabs.map(([each, path], index) => (
          <a key={each} href={`/sites/${siteId}${path}`} aria-current={each === tab ? "page" : undefined}>
            {labels[index]}
          </a>
        ))}
      </nav>
    </div>
  );
}
