import { useEffect, useState } from "preact/hooks";
import type { Failure } from "../api";
import { useApp } from "../context";
import { ErrorBox, Show, useLoad } from "../parts/load";
import { SessionTable } from "../parts/session-table";
import { SiteFrame } from "../parts/site-frame";
import type { OwnedSite, OwnerSession } from "../types";

/** All sessions of a site, newest first. */
export default function SessionsPage({ siteId }: { siteId: string }) {
  return (
    <SiteFrame siteId={siteId} tab="sessions" height="row">
      {(site) => <Sessions site={site} />}
    </SiteFrame>
  );
}

function Sessions({ site }: { site: OwnedSite }) {
  const { words, api } = useApp();
  const [first, again] = useLoad(`sessions ${site.siteId}`, () => api.sessions(site.siteId, null));
  const [rest, setRest] = useState<OwnerSession[]>([]);
  const [cursor, setCursor] = useState<string | null>(null);
  const [error, setError] = useState<Failure | null>(null);
  useEffect(() => {
    if (first.state === "there") setCursor(first.value.nextCursor);
  }, [first]);
  const more = async () => {
    const answer = await api.sessions(site.siteId, cursor);
    if (!answer.ok) return setError(answer.error);
    setRest([...rest, ...answer.value.sessions]);
    setCursor(answer.value.nextCursor);
  };
  return (
    <Show loaded={first} words={words} again={again} height="row">
      {(page) => (
        <div class="stack">
          <SessionTable sessions={[...page.sessions, ...rest]} site={site} words={words} />
          <ErrorBox error={error} words={words} />
          {cursor === null ? null : (
            <button class="button quiet" type="button" onClick={() => void more()}>
              {words.t("more")}
            </button>
          )}
        </div>
      )}
    </Show>
  );
}
