import { describe, expect, it } from "vitest";
import { openApiPath, uncalled } from "./calls";

describe("routes that no test calls", () => {
  it("are those that are not among the notes", () => {
    const routes = ["GET /v1/me", "PATCH /v1/me", "GET /v1/sites/{siteId}"];
    expect(uncalled(routes, "GET /v1/me\nGET /v1/sites/{siteId}\nGET /healthz\n")).toEqual(["PATCH /v1/me"]);
    expect(uncalled(routes, "")).toEqual(routes);
  });

  it("are named as OpenAPI names them", () => {
    expect(openApiPath("/v1/sites/:siteId/connectors/:cpId/:connectorId{[0-9]+}/statuses")).toBe(
      "/v1/sites/{siteId}/connectors/{cpId}/{connectorId}/statuses",
    );
  });
});
