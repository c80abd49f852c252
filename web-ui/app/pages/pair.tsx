import "../owner/owner.css";
import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import type { Answer } from "../api";
import { useApp } from "../context";
import { SetupSteps } from "../owner/parts/bits";
import { ErrorBox, Show } from "../parts/load";
import { PairView } from "../parts/pair-view";
import { SiteFrame } from "../parts/site-frame";
import type { Board, BoardMessage, PairingCode } from "../types";

/** Pairing a hub: the code, how long it is valid, what to do with it, and when it has worked. */
export default function PairPage({ siteId }: { siteId: string }) {
  const { words } = useApp();
  const setup = useLocation().query["setup"] !== undefined;
  return (
    <SiteFrame siteId={siteId} tab="board" height="form" title={words.t("pairHub")}>
      {() => (
        <div class="stack">
          {setup ? <SetupSteps now={2} /> : null}
          <Pairing siteId={siteId} setup={setup} />
        </div>
      )}
    </SiteFrame>
  );
}

function Pairing({ siteId, setup }: { siteId: string; setup: boolean }) {
  const { words, api, now } = useApp();
  const [answer, setAnswer] = useState<Answer<PairingCode> | null>(null);
  const [hub, setHub] = useState<Board["hub"]>(null);
  const [before, setBefore] = useState<string | null | undefined>(undefined);
  const [at, setAt] = useState(now);
  const ask = async () => setAnswer(await api.pairingCode(siteId));

  useEffect(() => {
    void ask();
    const clock = setInterval(() => setAt(now()), 1000);
    const source = new EventSource(`/v1/sites/${siteId}/live`);
    source.addEventListener("message", (event) => {
      const message = JSON.parse(String(event.data)) as BoardMessage;
      if (message.kind === "board")
        setBefore((known) => (known === undefined ? (message.board.hub?.hubId ?? null) : known));
      const next = message.kind === "board" ? message.board.hub : message.hub;
      if (next !== undefined) setHub(next);
    });
    return () => {
      clearInterval(clock);
      source.close();
    };
  }, []);

  if (answer === null || before === undefined) {
    return (
      <Show loaded={{ state: "loading" }} words={words} again={() => void ask()} height="form">
        {() => null}
      </Show>
    );
  }
  if (!answer.ok) return <ErrorBox error={answer.error} words={words} />;
  const paired = hub !== null && hub.hubId !== before ? hub.name : null;
  return (
    <PairView
      next={setup ? `/sites/${siteId}/connectors?setup=1` : `/sites/${siteId}`}
      code={answer.value}
      nowMs={at}
      paired={paired}
      replaces={Boolean(before)}
      cloudUrl={location.origin}
      words={words}
      onNew={() => void ask()}
      onCopy={(text) => void navigator.clipboard?.writeText(text)}
    />
  );
}
