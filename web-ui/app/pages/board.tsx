import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../context";
import { applyBoard, inOrder, tilesOf } from "../board-model";
import type { Tile } from "../board-model";
import { BoardView } from "../parts/board-view";
import { Show } from "../parts/load";
import { SiteFrame } from "../parts/site-frame";
import type { Board, BoardMessage, OwnedSite } from "../types";

/** The live board of a site. */
export default function BoardPage({ siteId }: { siteId: string }) {
  return (
    <SiteFrame siteId={siteId} tab="board" height="grid">
      {(site) => <LiveBoard key={siteId} site={site} />}
    </SiteFrame>
  );
}

function LiveBoard({ site }: { site: OwnedSite }) {
  const { words, now } = useApp();
  const [board, setBoard] = useState<Board | null>(null);
  const [lost, setLost] = useState(false);
  const [at, setAt] = useState(now);
  const still = useRef(false);
  const shown = useRef<Tile[]>([]);

  useEffect(() => {
    let known: Board | null = null;
    const source = new EventSource(`/v1/sites/${site.siteId}/live`);
    source.addEventListener("message", (event) => {
      known = applyBoard(known, JSON.parse(String(event.data)) as BoardMessage);
      setLost(false);
      setBoard(known);
      setAt(now());
    });
    source.addEventListener("error", () => setLost(true));
    const clock = setInterval(() => setAt(now()), 10_000);
    return () => {
      source.close();
      clearInterval(clock);
    };
  }, []);

  if (!board) {
    return (
      <Show loaded={{ state: "loading" }} words={words} again={() => location.reload()} height="grid">
        {() => null}
      </Show>
    );
  }
  const sorted = tilesOf(board);
  shown.current = still.current
    ? inOrder(
        sorted,
        shown.current.map(({ key }) => key),
      )
    : sorted;
  const hold = (held: boolean) => () => {
    still.current = held;
  };
  return (
    <div
      onPointerEnter={hold(true)}
      onPointerLeave={hold(false)}
      onFocusCapture={hold(true)}
      onBlurCapture={hold(false)}
    >
      <BoardView site={site} board={board} tiles={shown.current} words={words} nowMs={at} lost={lost} />
    </div>
  );
}
