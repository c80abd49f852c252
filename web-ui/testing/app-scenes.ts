import type { AppServer } from "./app-server";
import { board, dayNightTariff, organizationId, ownerSession, siteId } from "./app-data";
import { weekly } from "./ahead-data";
import { reservations, sharedPlace } from "./driver-data";
import { thread } from "./message-data";
import { over, running } from "./my-data";

/** Every page of the cloud app in its states, for screenshots and for looking at each with axe. */
interface AppScene {
  name: string;
  path: string;
  data?: Partial<AppServer["data"]>;
}

const at = (path: string) => `/sites/${siteId}${path}`;
const away = { ...board, hub: { ...board.hub!, online: false, lastSeenAt: "2026-11-21T12:20:00.000Z" } };

export const appScenes: AppScene[] = [
  { name: "sign-in", path: "/sign-in", data: { signedIn: false } },
  { name: "sign-up", path: "/sign-up", data: { signedIn: false } },
  { name: "sites", path: "/sites" },
  { name: "sites-none", path: "/sites", data: { sites: [] } },
  { name: "new-site", path: "/sites/new" },
  { name: "board", path: at("") },
  { name: "board-hub-away", path: at(""), data: { board: away } },
  { name: "board-no-hub", path: at(""), data: { board: { hub: null, chargePoints: [] } } },
  { name: "pair", path: at("/pair") },
  { name: "sessions", path: at("/sessions") },
  { name: "sessions-none", path: at("/sessions"), data: { sessions: [] } },
  { name: "session", path: at(`/sessions/${ownerSession(2).id}`) },
  { name: "tariffs", path: at("/tariffs") },
  { name: "tariff", path: at("/tariffs/day-rate") },
  { name: "tariff-windows", path: at("/tariffs/day-night"), data: { tariffs: [dayNightTariff] } },
  { name: "tariff-complex", path: at("/tariffs/night") },
  { name: "settings", path: at("/settings") },
  { name: "payment-rules", path: at("/payment-rules") },
  { name: "listing", path: at("/listing") },
  { name: "connectors", path: at("/connectors?setup=1") },
  { name: "labels", path: at("/labels") },
  { name: "figures", path: at("/figures") },
  { name: "money", path: `/business/${organizationId}` },
  { name: "invoices", path: `/business/${organizationId}/invoices` },
  { name: "team", path: `/business/${organizationId}/team` },
  { name: "offers", path: `/business/${organizationId}/offers` },
  { name: "calendar", path: at("/calendar") },
  { name: "booking-rules", path: at("/booking") },
  { name: "faults", path: at("/faults") },
  { name: "reviews", path: at("/reviews") },
  { name: "site-messages", path: at("/messages") },
  { name: "payouts", path: `/business/${organizationId}/payouts` },
  { name: "nowhere", path: "/nowhere" },
];

const asAdmin = { isAdmin: true };
const asIdleAdmin = { isAdmin: true, nothingToDecide: true };

/** The screens of the platform's admins. */
export const adminScenes: AppScene[] = [
  { name: "admin-approvals", path: "/admin", data: asAdmin },
  { name: "admin-approvals-none", path: "/admin", data: asIdleAdmin },
  { name: "admin-reviews", path: "/admin/reviews", data: asAdmin },
  { name: "admin-messages", path: "/admin/messages", data: asAdmin },
  { name: "admin-payouts", path: "/admin/payouts", data: asAdmin },
  { name: "admin-users", path: "/admin/users?q=l", data: asAdmin },
  { name: "admin-user", path: "/admin/users/u-alex", data: asAdmin },
  { name: "admin-audit", path: "/admin/audit", data: asAdmin },
];

const [booked] = reservations;
const placePath = `/places/${siteId}`;

/** The screens of drivers. */
export const driverScenes: AppScene[] = [
  { name: "find", path: "/", data: { signedIn: false } },
  { name: "find-map", path: "/?lat=52.52&lng=13.4&view=map" },
  { name: "find-none", path: "/?lat=52.52&lng=13.4&free=1&power=50000", data: { found: [] } },
  { name: "find-mine", path: "/?view=mine" },
  { name: "scan", path: "/scan" },
  { name: "place-shared", path: `/places/${sharedPlace.siteId}?share=t` },
  { name: "place-shared-out", path: `/places/${sharedPlace.siteId}?share=t`, data: { signedIn: false } },
  { name: "place", path: `${placePath}?connector=CP1/1` },
  { name: "book", path: `${placePath}/book` },
  { name: "weekly", path: `${placePath}/weekly` },
  { name: "series", path: `/weekly/${siteId}/${weekly.seriesId}` },
  { name: "charging", path: "/charging" },
  { name: "charging-none", path: "/charging", data: { reservations: [] } },
  { name: "booking", path: `/charging/${siteId}/${booked?.booking}` },
  { name: "vehicles", path: "/vehicles" },
  { name: "bills", path: "/bills" },
  { name: "my-sessions", path: "/sessions" },
  { name: "my-session-live", path: `/sessions/${siteId}/${running.id}` },
  { name: "my-session-over", path: `/sessions/${siteId}/${over.id}` },
  { name: "start", path: `${placePath}/start?connector=CP1/1` },
  { name: "inbox", path: "/inbox" },
  { name: "messages", path: "/messages" },
  { name: "thread", path: `/messages/${siteId}/${thread.threadId}` },
  { name: "payments", path: "/payments" },
  { name: "payments-stopped", path: "/payments?payment=left&stopped" },
  { name: "account", path: "/account" },
  { name: "account-security", path: "/account/security" },
  { name: "account-notifications", path: "/account/notifications" },
  { name: "account-family", path: "/account/family" },
  { name: "reset-password", path: "/reset-password?token=t", data: { signedIn: false } },
];
