import { describe, expect, it } from "vitest";
import { docsPage } from "./docs-page";

describe("the docs page", () => {
  it("shows every route by tag, and nothing of a document can break out of it", () => {
    const html = docsPage({
      info: { title: "<b>T</b>", version: "1" },
      paths: {
        "/a": {
          get: {
            summary: "<script>alert(1)</script>",
            parameters: [{ name: "q", in: "query" }],
            responses: { 200: { description: "Fine.", content: { "text/event-stream": {} } }, 404: {} },
          },
          parameters: [],
        },
        "/b": {
          post: { tags: ["things"], requestBody: { content: { "application/json": { schema: { type: "x" } } } } },
        },
      },
    });
    expect(html).toContain("<h2>other</h2>");
    expect(html).toContain("<h2>things</h2>");
    expect(html).toContain("&#60;script&#62;");
    expect(html).not.toContain("<script");
    expect(html).not.toContain("<b>");
  });

  it("is a page also for a document with nothing in it", () => {
    expect(docsPage({ info: { title: "T", version: "1", description: "D" } })).toContain("D");
  });
});
