import type { HubPageView, Receipt } from "../../shared/hub-page";
import type { TariffText } from "../common/tariff-text";
import type { Lang } from "../common/translate";
import type { Point } from "./curve";
import type { PageError } from "./errors";
import type { Mine } from "./model";
import type { Pass } from "./pass";
import { routeOf } from "./route";
import type { Route } from "./route";
import { signal } from "./signal";
import type { Signal } from "./signal";
import { wordsFor } from "./words";
import type { HubTexts, Words } from "./words";

/** What the server renders the page with, and hands to the script beside it. */
export interface Boot {
  view: HubPageView;
  lang: Lang;
  /** Path of the address, `/c/CP1/1`. */
  path: string;
  /** For the forms without scripts. */
  secret: string;
  /** The request that `secret` made here, where there is one. */
  requestId: string | null;
  receipt: Receipt | null;
  /** What went wrong with a form that was sent without scripts. */
  error: PageError | null;
  /** The price in words; null on pages without a connector. Made on the server, which spares the script the words and rules of tariffs. */
  price: TariffText | null;
  texts: HubTexts;
}

/** Everything that the page shows, as signals. */
export interface PageState {
  route: Route;
  words: Words;
  path: string;
  /** The server's secret: what the forms send where no script runs. */
  formSecret: string;
  price: TariffText | null;
  view: Signal<HubPageView>;
  mine: Signal<Mine | null>;
  /** The hub's time, epoch ms, ticking each second. */
  nowMs: Signal<number>;
  points: Signal<Point[]>;
  pending: Signal<"start" | "stop" | "unlock" | "compensation" | null>;
  error: Signal<PageError | null>;
  /** The pass that a link has brought to this browser. */
  pass: Signal<Pass | null>;
  /** The driver's booking was taken, but the car that is here on standby has to leave first. */
  waiting: Signal<boolean>;
  /** The booked driver gave up: what is owed for the booking, minor units; negative is paid back. */
  settled: Signal<number | null>;
  /** The charger has released the plug. */
  unlocked: Signal<boolean>;
  /** Whether the hub answers. */
  reached: Signal<boolean>;
  receipt: Receipt | null;
  /** A session of this browser that has ended: its receipt can be opened. */
  lastReceipt: Signal<{ sessionId: string; secret: string } | null>;
  /** Whether the link has just been copied. */
  copied: Signal<boolean>;
  /** The viewer's own IANA zone; null on the server, which cannot know it. */
  viewerZone: Signal<string | null>;
}

/** The page's state as the server knows it: what the first HTML shows, and what the script begins with. */
export function initialState(boot: Boot): PageState {
  const { view, lang, path, secret, requestId, receipt, error, price, texts } = boot;
  const session = view.connector?.session;
  const known = session && session.powerW !== null && session.endedAt === null;
  return {
    route: routeOf(path),
    words: wordsFor(lang, view.site.timeZone, texts),
    path,
    formSecret: secret,
    price,
    view: signal(view),
    mine: signal(requestId === null ? null : { secret, requestId }),
    nowMs: signal(Date.parse(view.now)),
    points: signal(known ? [[Date.parse(session.lastReadingAt), session.powerW as number]] : []),
    receipt,
    pending: signal(null),
    error: signal(error),
    pass: signal(null),
    waiting: signal(false),
    settled: signal(null),
    unlocked: signal(false),
    reached: signal(true),
    lastReceipt: signal(null),
    copied: signal(false),
    viewerZone: signal(null),
  };
}

/** What a start's form says; empty is not given. */
export interface StartValues {
  accessKey?: string;
  reference?: string;
  pin?: string;
  /** Agrees to leave with notice. */
  standby?: boolean;
  /** Shows the pass that this browser has. */
  withPass?: boolean;
}

/** What the people on the page can do. */
export interface PageActions {
  start(form: StartValues): void;
  stop(): void;
  unlock(): void;
  compensate(): void;
  copyLink(): void;
}
