import { useState } from "preact/hooks";
import type { Failure } from "../api";
import { useApp } from "../context";
import { ErrorBox, Show, useLoad } from "../parts/load";
import { SessionView } from "../parts/session-view";
import { SiteFrame } from "../parts/site-frame";

/** One session: what it came to, and how. */
export default function SessionPage({ siteId, sessionId }: { siteId: string; sessionId: string }) {
  const { words, api } = useApp();
  const [session, again] = useLoad(sessionId, () => api.session(siteId, sessionId));
  const [error, setError] = useState<Failure | null>(null);
  const [sent, setSent] = useState(false);
  const stop = async () => {
    const answer = await api.stopSession(siteId, sessionId);
    setError(answer.ok ? null : answer.error);
    setSent(answer.ok);
  };
  return (
    <SiteFrame siteId={siteId} tab="sessions" height="form" title={words.t("session")}>
      {() => (
        <Show loaded={session} words={words} again={again} height="form">
          {(value) => (
            <div class="stack">
              <ErrorBox error={error} words={words} />
              <SessionView session={value} words={words} sent={sent} onStop={() => void stop()} />
            </div>
          )}
        </Show>
      )}
    </SiteFrame>
  );
}
