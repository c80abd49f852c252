import { expect, it } from "vitest";
import { kindNames, kinds } from "../../cloud/notifications/kinds";
import { accountRoutes } from "./account/routes";
import { adminRoutes } from "./admin/routes";
import { driverRoutes } from "./driver/routes";
import { messageRoutes } from "./messages/routes";
import { ownerRoutes } from "./owner/routes";
import { frameRoutes } from "./shell";

/** Every page of the app: those of its parts, and those of the frame itself. */
const pages = [driverRoutes, ownerRoutes, accountRoutes, adminRoutes, messageRoutes, frameRoutes].flatMap((routes) =>
  routes("en").map(({ props }) => ("path" in props ? String(props.path) : "")),
);
const ids = { siteId: "s", booking: "b", sessionId: "n", threadId: "t", waitId: "w", seriesId: "r" };
/** `:name` is one part of an address, `/:name?` one that may be missing. */
const patterns = pages.map(
  (page) => new RegExp(`^${page.replaceAll(/\/:\w+\?/g, "(/[^/]+)?").replaceAll(/:\w+/g, "[^/]+")}$`),
);
const isPage = (path: string) => patterns.some((pattern) => pattern.test(path));

it("knows pages from addresses without one", () => {
  expect(["/charging", "/sites/s", "/admin"].map(isPage)).toEqual([true, true, true]);
  expect(["/reservations", "/messages/s/t/u"].map(isPage)).toEqual([false, false]);
});

it.each(kindNames)("a notification of %s leads to a page that exists", (kind) => {
  const path = kinds[kind].path as (data: object) => string;
  for (const side of ["driver", "owner", "admin"]) {
    expect(path({ ...ids, side })).not.toContain("undefined");
    expect(isPage(path({ ...ids, side })), path({ ...ids, side })).toBe(true);
  }
});
