import { batch } from "@preact/signals";
import type { LiveMessage, LiveSession } from "../../shared/hub-page";
import type { HubApi } from "./api";
import { addPoint } from "./curve";
import { applyMessage } from "./model";
import { handedOver, newSecret } from "./mine";
import type { Keeper } from "./mine";
import type { Mine } from "./model";
import { connectorPath } from "./route";
import type { PageActions, PageState } from "./state";

/** What the page needs of the world around it. */
export interface World {
  now: () => number;
  fillRandom: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
  keeper: Keeper;
  api: HubApi;
  /** The address's fragment, with `#`. */
  fragment: string;
  origin: string;
  timeZone: string;
  copy: (text: string) => Promise<void>;
  print: () => void;
  reload: () => void;
}

/** The page's behaviour: what taps, live messages and time do to its state. No browser needed. */
export interface Controller extends PageActions {
  start(accessKey: string): Promise<void>;
  stop(): Promise<void>;
  copyLink(): Promise<void>;
  /** Once, after the first HTML has come alive: what this browser knows of its own starts. */
  begin(): Promise<void>;
  onMessage(message: LiveMessage): void;
  onReach(reached: boolean): void;
  tick(): void;
}

/** After this long a charger that was told to stop and still charges is said to have failed. */
const stopPatienceMs = 40_000;

/** Makes the controller of a page's state. */
export function controllerOf(state: PageState, world: World): Controller {
  const { keeper, api } = world;
  /** Hub's clock minus the viewer's, ms. */
  let skew = Date.parse(state.view.value.now) - world.now();
  let stopSince = 0;

  const place = () => state.view.value.connector;
  function keep(mine: Mine): void {
    const connector = place();
    state.mine.value = mine;
    if (connector) keeper.keepMine(connector.cpId, connector.connectorId, mine);
  }

  /** Whether a start of this browser is what is going on at the connector. */
  function isCurrent({ requestId }: Mine): boolean {
    const connector = place();
    return requestId === connector?.request?.requestId || requestId === connector?.session?.requestId;
  }

  /** Whether this browser's secret has had its session or its failure: the next start needs a new one. */
  function isSpent(mine: Mine): boolean {
    const connector = place();
    const own = (request: { requestId: string | null } | null | undefined) =>
      mine.requestId !== null && request?.requestId === mine.requestId;
    if (own(connector?.request)) return connector?.request?.state === "failed";
    if (own(connector?.session)) return connector?.session?.endedAt !== null;
    return mine.requestId !== null;
  }

  function follow(session: LiveSession): void {
    const mine = state.mine.value;
    const isMine = mine !== null && mine.requestId !== null && session.requestId === mine.requestId;
    if (session.powerW !== null && session.endedAt === null) {
      const kept = keeper.points(session.id);
      const known = kept.length >= state.points.value.length ? kept : state.points.value;
      const points = addPoint(known, Date.parse(session.lastReadingAt), session.powerW);
      state.points.value = points;
      if (points !== kept) keeper.keepPoints(session.id, points);
    }
    if (isMine) keeper.keepReceipt(session.id, mine.secret);
    if (isMine && session.endedAt !== null) state.lastReceipt.value = { sessionId: session.id, secret: mine.secret };
  }

  function failed(action: "start" | "stop", code: string): void {
    batch(() => {
      state.pending.value = null;
      state.error.value = { action, code };
    });
  }

  /** The hub has taken the request, which its live message will say as well: shown at once. */
  function showRequested(requestId: string): void {
    const view = state.view.value;
    const connector = place();
    if (!connector || connector.request?.requestId === requestId) return;
    if (connector.session?.requestId === requestId) return follow(connector.session);
    const request = { requestId, state: "requested" as const, reason: null, at: view.now };
    state.view.value = { ...view, connector: { ...connector, request } };
  }

  async function loadReceipt(sessionId: string): Promise<void> {
    const handed = handedOver(world.fragment);
    if (handed) keeper.keepReceipt(sessionId, handed.secret);
    const secret = handed?.secret ?? keeper.receiptSecret(sessionId);
    if (!secret || state.receipt.value) {
      if (!state.receipt.value) state.error.value = { action: "receipt", code: "no_secret" };
      return;
    }
    const answer = await api.receipt(sessionId, secret);
    if (answer.ok) state.receipt.value = answer.value;
    else state.error.value = { action: "receipt", code: answer.code };
  }

  return {
    async begin() {
      state.viewerZone.value = world.timeZone;
      const connector = place();
      if (connector) {
        const handed = handedOver(world.fragment);
        // The server's secret counts where it made what is going on here, by a form sent before this script came.
        const served = state.mine.value;
        const kept = keeper.mine(connector.cpId, connector.connectorId);
        batch(() => {
          if (handed) keep(handed);
          else if (served && isCurrent(served)) keep(served);
          else state.mine.value = kept;
          if (connector.session) follow(connector.session);
        });
      }
      if (state.route.page === "receipt") await loadReceipt(state.route.sessionId);
    },

    onMessage(message) {
      const before = state.view.value;
      const view = applyMessage(before, message);
      if (view === before) return;
      if (JSON.stringify(view.connector?.tariff) !== JSON.stringify(before.connector?.tariff)) return world.reload();
      skew = Date.parse(view.now) - world.now();
      batch(() => {
        const session = view.connector?.session;
        if (session?.id !== before.connector?.session?.id) state.points.value = [];
        state.view.value = view;
        state.nowMs.value = world.now() + skew;
        if (session) follow(session);
        if (session || view.connector?.request) {
          if (state.pending.value === "start" || session?.endedAt !== null) state.pending.value = null;
          if (state.error.value?.code === "network") state.error.value = null;
        }
      });
    },

    onReach: (reached) => {
      state.reached.value = reached;
    },

    tick() {
      state.nowMs.value = world.now() + skew;
      if (state.pending.value === "stop" && world.now() - stopSince > stopPatienceMs) {
        failed("stop", "no_answer");
      }
    },

    async start(accessKey) {
      const connector = place();
      if (!connector || state.pending.value) return;
      batch(() => {
        state.pending.value = "start";
        state.error.value = null;
      });
      const known = state.mine.value;
      // A key that was refused made no start: the same secret goes on, so that two taps stay one start.
      const secret = known && !isSpent(known) ? known.secret : newSecret(world.fillRandom);
      keep({ secret, requestId: null });
      const { cpId, connectorId } = connector;
      const answer = await api.start({ cpId, connectorId, secret, ...(accessKey ? { accessKey } : {}) });
      if (!answer.ok) {
        failed("start", answer.code);
        return;
      }
      batch(() => {
        state.pending.value = null;
        keep({ secret, requestId: answer.value.requestId });
        showRequested(answer.value.requestId);
      });
    },

    async stop() {
      const session = place()?.session;
      const mine = state.mine.value;
      if (!session || !mine || state.pending.value) return;
      batch(() => {
        state.pending.value = "stop";
        stopSince = world.now();
        state.error.value = null;
      });
      const answer = await api.stop({ sessionId: session.id, secret: mine.secret });
      if (!answer.ok) failed("stop", answer.code);
    },

    print: () => world.print(),

    async copyLink() {
      const [connector, mine] = [place(), state.mine.value];
      if (!connector || !mine) return;
      const path = connectorPath(connector.cpId, connector.connectorId);
      await world.copy(`${world.origin}${path}#${mine.secret}.${mine.requestId ?? ""}`);
      state.copied.value = true;
    },
  };
}
