import type { HubPageView, LiveSession } from "../../shared/hub-page";
import type { PageError } from "../hub/errors";
import { connector, hubNow, passToken, session, view } from "./views";

/** Every state of the hub's page, for screenshots and for looking at each with axe. `own`: seen by the one who started. `pass`: that a link has brought. */
interface HubScene {
  name: string;
  path: string;
  view: HubPageView;
  own?: boolean;
  pass?: string;
  error?: PageError;
}

const request = { requestId: "r1", reason: null, at: hubNow };
const running = (more: Partial<LiveSession> = {}) => connector({ status: "Charging", session: session(more) });
const place = "/c/CP1/1";
const [soon, later] = ["2026-11-21T14:00:00.000Z", "2026-11-21T16:00:00.000Z"];

export const hubScenes: HubScene[] = [
  { name: "list", path: "/", view: view(null) },
  { name: "free", path: place, view: view(connector()) },
  {
    name: "plugged-key",
    path: place,
    view: view(connector({ status: "Preparing" }), { startPolicy: "accessKey" }),
  },
  {
    name: "reserved-later",
    path: place,
    view: view(connector({ reservation: { from: soon, until: later, held: false } })),
  },
  {
    name: "reserved-held",
    path: place,
    view: view(connector({ reservation: { from: soon, until: later, held: true } })),
  },
  { name: "booked", path: place, pass: passToken(hubNow), view: view(connector(), { startPolicy: "pass" }) },
  { name: "booked-early", path: place, pass: passToken("2026-11-21T18:00:00.000Z"), view: view(connector()) },
  { name: "standby", path: place, error: { action: "start", code: "standby_only" }, view: view(connector()) },
  {
    name: "full",
    path: place,
    pass: passToken(hubNow),
    error: { action: "start", code: "site_full" },
    view: view(running({ requestId: "r9" })),
  },
  {
    name: "live-leave-by",
    path: place,
    own: true,
    view: view(connector({ status: "Charging", session: session(), leaveBy: soon })),
  },
  { name: "pass", path: place, view: view(connector(), { startPolicy: "pass" }) },
  { name: "faulted", path: place, view: view(connector({ status: "Faulted", errorCode: "GroundFailure" })) },
  { name: "offline", path: place, view: view(connector({ online: false })) },
  {
    name: "plug-in",
    path: place,
    own: true,
    view: view(connector({ request: { ...request, state: "accepted" } })),
  },
  {
    name: "checking",
    path: place,
    own: true,
    view: view(connector({ status: "Preparing", request: { ...request, state: "accepted" } })),
  },
  {
    name: "failed",
    path: place,
    own: true,
    view: view(connector({ request: { ...request, state: "failed", reason: "no_answer" } })),
  },
  { name: "live", path: place, own: true, view: view(running()) },
  { name: "live-other", path: place, view: view(running()) },
  {
    name: "live-stale",
    path: place,
    own: true,
    view: view(running({ lastReadingAt: "2026-11-21T13:02:00.000Z" })),
  },
  {
    name: "live-paused",
    path: place,
    own: true,
    view: view(connector({ status: "SuspendedEV", session: session({ powerW: 0 }) })),
  },
  {
    name: "ended",
    path: place,
    own: true,
    view: view(
      connector({ status: "Finishing", session: session({ powerW: null, endedAt: "2026-11-21T13:05:02.000Z" }) }),
    ),
  },
  { name: "receipt", path: `/s/${session().id}`, own: true, view: view(null) },
  { name: "receipt-locked", path: `/s/${session().id}`, view: view(null) },
];
