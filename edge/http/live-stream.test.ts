import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { registered } from "../testing/registration";
import { online, site, status } from "./testing/events";
import type { TestHubApp } from "./testing/hub-app";
import { codeOf, startHubApp } from "./testing/hub-app";

let hub: TestHubApp;
beforeEach(async () => {
  hub = await startHubApp({
    events: [site(), registered("CP1", { connectors: 1 }), online("CP1"), status("CP1", 1, "Available")],
  });
});
afterEach(() => hub.close());

describe("the live stream", () => {
  it("tells the view and what changes, as server-sent events, and frees its place", async () => {
    const ending = new AbortController();
    const response = await fetch(`${hub.url}/api/page/live?cpId=CP1&connectorId=1`, { signal: ending.signal });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const until = async (what: string) => {
      while (!text.includes(what)) text += (await reader.read()).value ?? "";
    };
    await until('"kind":"view"');
    await hub.commit(status("CP1", 1, "Preparing"));
    await until('"kind":"change"');
    expect(text).toMatch(/id: 5\s/);
    expect(text).toContain('"connector":{"status":"Preparing"}');
    ending.abort();
  });

  it("refuses places that cannot be, and more streams of an address than it needs", async () => {
    expect(codeOf(await hub.api("GET", "/api/page/live?cpId=a/b"))).toBe("400 invalid_input");
    // More than one address may follow: HEAD opens no stream.
    const heads = await Promise.all(
      Array.from({ length: 60 }, () => fetch(`${hub.url}/api/page/live`, { method: "HEAD" })),
    );
    expect(heads.every(({ status }) => status === 200)).toBe(true);
    expect(codeOf(await hub.api("GET", "/api/page/live?cpId=CP1&connectorId=x"))).toBe("400 invalid_input");
    const endings = Array.from({ length: 50 }, () => new AbortController());
    for (const { signal } of endings) await fetch(`${hub.url}/api/page/live`, { signal });
    expect(codeOf(await hub.api("GET", "/api/page/live"))).toBe("429 rate_limited");
    for (const ending of endings) ending.abort();
  });
});
