import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { board, ownerSession, simpleTariff, site, siteId } from "../testing/app-data";
import { FramePage, ok, withResolvers } from "../testing/frame-page";
import { refused } from "../testing/test-page";
import type { TestStream } from "../testing/test-page";
import type { Answer } from "./api";
import BoardPage from "./pages/board";
import NewSitePage from "./pages/new-site";
import PairPage from "./pages/pair";
import SessionPage from "./pages/session";
import SessionsPage from "./pages/sessions";
import SettingsPage from "./pages/settings";
import { SitesPage } from "./pages/sites";
import TariffsPage from "./pages/tariffs";
import { Shell } from "./shell";

let page: FramePage;
beforeEach(() => {
  page = new FramePage();
});
afterEach(() => page.close());

it("lists sites, tells a failure with a way on, and notices that one has been signed out", async () => {
  page.cloud.sites.mockResolvedValueOnce(refused("network"));
  page.open(<SitesPage />);
  await page.says("cannot be reached");
  page.press("Try again");
  await page.says("Lindenhof garage");
  page.close();
  page.cloud.sites.mockResolvedValueOnce(refused("unauthorized"));
  page.open(<SitesPage />);
  await eventually(() => expect(page.setUser).toHaveBeenCalledWith(null));
});

it("makes a site and goes on to pairing, or says what does not fit", async () => {
  const { promise, resolve } = withResolvers<Answer<never>>();
  page.cloud.createSite.mockReturnValueOnce(promise);
  page.open(<NewSitePage />, "/sites/new");
  page.type("name", "Garage");
  page.submit();
  await page.says("One moment");
  page.submit();
  resolve(refused("invalid"));
  await page.says("does not fit");
  page.submit();
  await eventually(() => expect(location.pathname).toBe(`/sites/${siteId}/pair`));
  expect(page.cloud.createSite).toHaveBeenCalledTimes(2);
  expect(page.cloud.createSite).toHaveBeenLastCalledWith(
    expect.objectContaining({ name: "Garage", currency: "EUR", startPolicy: "pass" }),
  );
});

it("follows a site's chargers live, keeps tiles in place under the pointer, and ends with the page", async () => {
  page.open(<BoardPage siteId={siteId} />);
  await eventually(() => expect(page.streams).toHaveLength(1));
  const [source] = page.streams as [TestStream];
  source.send({ kind: "board", board });
  await page.says("Hub garage-pi is connected");
  const first = () => page.root.find("h2").textContent;
  expect(first()).toBe("Street side");
  const board2 = { ...board, chargePoints: board.chargePoints.filter(({ cpId }) => cpId !== "CP3") };
  const holder = page.root.all((node) => node.listeners.has("pointerenter"))[0]!;
  holder.fire("pointerenter");
  source.send({ kind: "change", chargePoints: [{ ...board2.chargePoints[1]!, online: false }], removed: [] });
  await page.says("2 without connection");
  expect(first()).toBe("Street side");
  holder.fire("pointerleave");
  source.send({ kind: "change", chargePoints: [], removed: ["CP3"] });
  await eventually(() => expect(first()).toBe("Carport right"));
  source.fail();
  await page.says("interrupted");
  page.close();
  await eventually(() => expect(source.closed).toBe(true));
});

it("shows a pairing code, makes a new one, and notices the hub", async () => {
  page.open(<PairPage siteId={siteId} />);
  await eventually(() => expect(page.streams).toHaveLength(1));
  const [source] = page.streams as [TestStream];
  source.send({ kind: "board", board: { hub: null, chargePoints: [] } });
  await page.says("Valid for 15:00");
  const copied = vi.fn(async () => {});
  vi.stubGlobal("navigator", { clipboard: { writeText: copied } });
  page.press("Copy");
  await page.says("Copied");
  expect(copied).toHaveBeenCalledWith(expect.stringContaining("7KQ-MZD-3WB"));
  vi.unstubAllGlobals();
  page.nowMs += 1_000_000;
  await page.says("has expired");
  page.press("New code");
  await eventually(() => expect(page.cloud.pairingCode).toHaveBeenCalledTimes(2));
  source.send({ kind: "change", chargePoints: [], removed: [] });
  source.send({ kind: "change", hub: board.hub, chargePoints: [], removed: [] });
  await page.says("The hub garage-pi is paired");
});

it("warns that a pairing replaces a hub, does not take that hub for the new one, and says why there is no code", async () => {
  page.open(<PairPage siteId={siteId} />);
  await eventually(() => expect(page.streams).toHaveLength(1));
  page.streams[0]?.send({ kind: "board", board });
  page.streams[0]?.send({ kind: "board", board });
  await page.says("replaces the hub");
  page.close();
  page.cloud.pairingCode.mockResolvedValueOnce(refused("forbidden"));
  page.open(<PairPage siteId={siteId} />);
  await eventually(() => expect(page.streams).toHaveLength(2));
  page.streams[1]?.send({ kind: "board", board });
  await page.says("Only an owner");
});

it("shows more sessions on demand, and says when they do not come", async () => {
  page.cloud.sessions.mockResolvedValueOnce(ok({ sessions: [ownerSession(0)], nextCursor: "a" }));
  page.cloud.sessions.mockResolvedValueOnce(refused("network"));
  page.cloud.sessions.mockResolvedValueOnce(ok({ sessions: [ownerSession(1)], nextCursor: null }));
  page.open(<SessionsPage siteId={siteId} />);
  await page.says("Show more");
  page.press("Show more");
  await page.says("cannot be reached");
  page.press("Show more");
  await page.saysNot("Show more");
  expect(page.cloud.sessions).toHaveBeenLastCalledWith(siteId, "a");
  expect(page.root.all(({ localName }) => localName === "tr")).toHaveLength(3);
});

it("stops a running session through the hub, or says why not", async () => {
  page.cloud.stopSession.mockResolvedValueOnce(refused("no_hub"));
  page.open(<SessionPage siteId={siteId} sessionId="s1" />);
  await page.says("Stop this charge");
  page.press("Stop this charge");
  await page.says("has no hub yet");
  page.press("Stop this charge");
  await page.says("has been told to stop");
  expect(page.cloud.stopSession).toHaveBeenLastCalledWith(siteId, "s1");
});

it("lists prices, leaves a complex one alone, and edits a simple one", async () => {
  page.open(<TariffsPage siteId={siteId} />);
  await page.says("Used for this site");
  page.close();
  page.open(<TariffsPage siteId={siteId} tariffId="night" />);
  await page.says("rules that this form cannot show");
  page.close();
  page.open(<TariffsPage siteId={siteId} tariffId="day-rate" />);
  await page.says("Example bill");
  page.cloud.putTariff.mockResolvedValueOnce(refused("other_currency"));
  page.submit();
  await page.says("another currency");
  page.submit();
  await eventually(() => expect(location.pathname).toBe(`/sites/${siteId}/tariffs`));
  expect(page.cloud.putTariff).toHaveBeenLastCalledWith(siteId, simpleTariff);
  expect(page.cloud.changeSite).not.toHaveBeenCalled();
});

it("takes a site's first price as the one it charges, once its form fits", async () => {
  page.cloud.site.mockResolvedValue(ok({ ...site, defaultTariffId: null }));
  page.open(<TariffsPage siteId={siteId} tariffId="new" />);
  await page.says("Example bill");
  page.submit();
  await page.says("Please fill this in.");
  page.type("id", "first");
  page.type("exampleEnergy", "x");
  page.type("exampleHours", "x");
  await page.saysNot("Please fill this in.");
  page.type("exampleEnergy", "10");
  page.type("exampleHours", "1");
  await page.says("\u20ac4.50");
  const { promise, resolve } = withResolvers<Answer<typeof simpleTariff>>();
  page.cloud.putTariff.mockReturnValueOnce(promise);
  page.submit();
  await page.says("One moment");
  page.submit();
  resolve(ok(simpleTariff));
  await eventually(() => expect(page.cloud.changeSite).toHaveBeenCalledWith(siteId, { defaultTariffId: "first" }));
  expect(page.cloud.putTariff).toHaveBeenCalledTimes(1);
});

it("saves settings, or says why not", async () => {
  const { promise, resolve } = withResolvers<Answer<never>>();
  page.cloud.changeSite.mockReturnValueOnce(promise);
  page.open(<SettingsPage siteId={siteId} />);
  await page.says("Seller on receipts");
  page.submit();
  await page.says("One moment");
  page.submit();
  resolve(refused("currency_in_use"));
  await page.says("another currency");
  page.submit();
  await page.says("Saved");
  expect(page.cloud.changeSite).toHaveBeenLastCalledWith(
    siteId,
    expect.objectContaining({ name: site.name, startPolicy: "accessKey" }),
  );
  page.root.find("a", "Pair another hub").fire("click");
  await eventually(() => expect(page.cloud.site).toHaveBeenCalledTimes(2));
});

it("signs out, changes the language, and loads the page of the address", async () => {
  page.open(<Shell />, "/sites");
  await page.says("New site");
  const select = page.root.find("select");
  Object.assign(select, { value: "de" });
  select.fire("change");
  expect(page.setLang).toHaveBeenCalledWith("de");
  sessionStorage.setItem("hitchpost share s1", "token");
  page.press("Sign out");
  await eventually(() => expect(page.setUser).toHaveBeenCalledWith(null));
  expect(sessionStorage.getItem("hitchpost share s1")).toBe(null);
  await page.says("Find a charger");
  page.close();
  // A browser that does not end its notifications keeps nobody signed in.
  const registration = { getNotifications: () => Promise.reject(new Error("no notifications")) };
  vi.stubGlobal("navigator", { serviceWorker: { getRegistration: async () => registration } });
  page.setUser.mockClear();
  page.open(<Shell />, "/sites");
  await page.says("New site");
  page.press("Sign out");
  await eventually(() => expect(page.setUser).toHaveBeenCalledWith(null));
  vi.unstubAllGlobals();
  page.close();
  page.open(<Shell />, "/nowhere");
  await page.says("Nothing here");
});
