import type { LiveMessage, LiveSession } from "../../shared/hub-page";
import type { HubApi, Refusal } from "./api";
import { addPoint } from "./curve";
import type { Action } from "./errors";
import { applyMessage } from "./model";
import { handedOver, newSecret } from "./mine";
import type { Keeper } from "./mine";
import type { Mine } from "./model";
import { passIn, readPass } from "./pass";
import { connectorPath } from "./route";
import type { PageActions, PageState, StartValues } from "./state";

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
  reload: () => void;
  /** Goes to another address of the hub. */
  go: (path: string) => void;
}

/** The page's behaviour: what taps, live messages and time do to its state. No browser needed. */
export interface Controller extends PageActions {
  start(form: StartValues): Promise<void>;
  stop(): Promise<void>;
  unlock(): Promise<void>;
  compensate(): Promise<void>;
  copyLink(): Promise<void>;
  /** Once, after the first HTML has come alive: what this browser knows of its own starts. */
  begin(): Promise<void>;
  onMessage(message: LiveMessage): void;
  onReach(reached: boolean): void;
  tick(): void;
}

/** After this long a charger that was told to stop and still charges is said to have failed. */
const stopPatienceMs = 40_000;

/** Refusals after which a pass will never do here. */
const deadPasses = new Set(["pass_used", "pass_revoked", "pass_invalid", "pass_unreadable", "pass_too_late"]);

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

  function begun(pending: typeof state.pending.value): void {
    state.pending.value = pending;
    state.error.value = null;
  }

  function failed(action: Action, { code, details }: Refusal): void {
    state.pending.value = null;
    state.error.value = { action, code, details };
    if (deadPasses.has(code)) forgetPass();
  }

  /** The pass of this page's link, else the one that an earlier link has left, as long as its time is not over. */
  function findPass(): void {
    const linked = passIn(world.fragment);
    if (linked) keeper.keepPass(linked.token);
    const kept = keeper.pass();
    const pass = linked ?? (kept ? readPass(kept) : null);
    if (pass && pass.until > world.now() + skew) state.pass.value = pass;
    else if (kept) keeper.keepPass(null);
  }

  function forgetPass(): void {
    keeper.keepPass(null);
    state.pass.value = null;
  }

  /** What shows the hub whose booking it is. */
  function proofOf({ withPass, pin, reference }: StartValues) {
    const pass = withPass ? state.pass.value?.token : undefined;
    return { ...(pass ? { pass } : {}), ...(pin ? { pin } : {}), ...(reference ? { reference } : {}) };
  }
  let lastProof: ReturnType<typeof proofOf> = {};

  /** The hub has taken the request, which its live message will say as well: shown at once. */
  function showRequested(requestId: string): void {
    const view = state.view.value;
    const connector = place();
    if (!connector || connector.request?.requestId === requestId) return;
    if (connector.session?.requestId === requestId) return follow(connector.session);
    const request = { requestId, state: "requested" as const, reason: null, at: view.now };
    state.view.value = { ...view, connector: { ...connector, request } };
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
        if (handed) keep(handed);
        else if (served && isCurrent(served)) keep(served);
        else state.mine.value = kept;
        if (connector.session) follow(connector.session);
      }
      findPass();
    },

    onMessage(message) {
      const before = state.view.value;
      const view = applyMessage(before, message);
      if (view === before) return;
      if (JSON.stringify(view.connector?.tariff) !== JSON.stringify(before.connector?.tariff)) return world.reload();
      skew = Date.parse(view.now) - world.now();
      const session = view.connector?.session;
      if (session?.id !== before.connector?.session?.id) state.points.value = [];
      state.view.value = view;
      state.nowMs.value = world.now() + skew;
      if (session) follow(session);
      if (view.connector?.request) state.waiting.value = false;
      if (session || view.connector?.request) {
        if (state.pending.value === "start" || session?.endedAt !== null) state.pending.value = null;
        if (state.error.value?.code === "network") state.error.value = null;
      }
    },

    onReach: (reached) => {
      state.reached.value = reached;
    },

    tick() {
      state.nowMs.value = world.now() + skew;
      if (state.pending.value === "stop" && world.now() - stopSince > stopPatienceMs) {
        failed("stop", { code: "no_answer" });
      }
    },

    async start(form) {
      const connector = place();
      if (!connector || state.pending.value) return;
      begun("start");
      const known = state.mine.value;
      // A key that was refused made no start: the same secret goes on, so that two taps stay one start.
      const secret = known && !isSpent(known) ? known.secret : newSecret(world.fillRandom);
      keep({ secret, requestId: null });
      const { cpId, connectorId } = connector;
      const { accessKey, standby } = form;
      lastProof = proofOf(form);
      const more = { ...(accessKey ? { accessKey } : {}), ...(standby ? { standby } : {}), ...lastProof };
      const answer = await api.start({ cpId, connectorId, secret, ...more });
      if (!answer.ok) return failed("start", answer);
      const { requestId, ...at } = answer.value;
      if (at.cpId !== cpId || at.connectorId !== connectorId) {
        // The hub has a place for this booking, but another one.
        keeper.keepMine(at.cpId, at.connectorId, { secret, requestId });
        return world.go(connectorPath(at.cpId, at.connectorId));
      }
      state.pending.value = null;
      keep({ secret, requestId });
      state.waiting.value = requestId === null;
      if (requestId !== null) showRequested(requestId);
    },

    async unlock() {
      const [connector, mine] = [place(), state.mine.value];
      if (!connector || !mine || state.pending.value) return;
      begun("unlock");
      const { cpId, connectorId } = connector;
      const answer = await api.unlock({ cpId, connectorId, secret: mine.secret });
      if (!answer.ok) return failed("unlock", answer);
      state.pending.value = null;
      state.unlocked.value = true;
    },

    async compensate() {
      const connector = place();
      if (!connector || state.pending.value) return;
      begun("compensation");
      const { cpId, connectorId } = connector;
      const answer = await api.compensate({ cpId, connectorId, ...lastProof });
      if (!answer.ok) return failed("start", answer);
      state.pending.value = null;
      state.settled.value = answer.value.owed;
      forgetPass();
    },

    async stop() {
      const session = place()?.session;
      const mine = state.mine.value;
      if (!session || !mine || state.pending.value) return;
      begun("stop");
      stopSince = world.now();
      const answer = await api.stop({ sessionId: session.id, secret: mine.secret });
      if (!answer.ok) failed("stop", answer);
    },

    async copyLink() {
      const [connector, mine] = [place(), state.mine.value];
      if (!connector || !mine) return;
      const path = connectorPath(connector.cpId, connector.connectorId);
      await world.copy(`${world.origin}${path}#${mine.secret}.${mine.requestId ?? ""}`);
      state.copied.value = true;
    },
  };
}
