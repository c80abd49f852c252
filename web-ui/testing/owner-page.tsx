import type { ComponentChild } from "preact";
import { expect } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import type { Api, Call } from "../app/api";
import { site } from "./app-data";
import { PageInTest, refused } from "./test-page";

/** An owner's page in a document of a test, over answers that the test sets by method and path, such as `GET /sites/:s/place`. */
export class OwnerPage extends PageInTest {
  /** What each call is answered with; a function is asked each time. */
  answers: Record<string, unknown> = { "GET /sites/:s": site };
  asked: { what: string; body: unknown; key: string | undefined }[] = [];

  override open(page: ComponentChild, path = `/sites/${site.siteId}`): void {
    super.open(page, path);
    Object.assign(document, { getElementById: () => null });
  }
  override readonly call = (async (method: string, path: string, body?: unknown, key?: string) => {
    const what = `${method} ${path.replace(site.siteId, ":s").replace(site.organizationId, ":o")}`;
    this.asked.push({ what, body, key });
    const plain = what.split("?")[0] as string;
    const answer = Object.hasOwn(this.answers, what) ? this.answers[what] : this.answers[plain];
    const value: unknown = typeof answer === "function" ? answer(body) : answer;
    return value instanceof Refusal ? refused(value.code) : { ok: true, value };
  }) as Call;
  protected override api(): Api {
    const { call } = this;
    return {
      call,
      sites: () => call("GET", "/sites"),
      site: () => call("GET", `/sites/${site.siteId}`),
      tariffs: () => call("GET", `/sites/${site.siteId}/tariffs`),
      putTariff: (siteId: string, tariff: { id: string }, from?: string) =>
        call(
          "PUT",
          `/sites/${siteId}/tariffs/${tariff.id}${from ? `?effectiveFrom=${encodeURIComponent(from)}` : ""}`,
          tariff,
        ),
    } as unknown as Api;
  }
  /** The last body that was sent to an address. */
  sent(what: string): unknown {
    return this.asked.findLast((each) => each.what === what)?.body;
  }
  /** Until something has been asked for, so many times. */
  wasAsked(what: string, times = 1): Promise<unknown> {
    const count = () => this.asked.filter((each) => each.what === what).length;
    return eventually(() => expect(count(), what).toBeGreaterThanOrEqual(times));
  }
}

/** An answer that is a refusal. */
export class Refusal {
  constructor(readonly code: string) {}
}
