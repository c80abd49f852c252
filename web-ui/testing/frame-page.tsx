import { vi } from "vitest";
import type { Answer, Api, Call } from "../app/api";
import { board, complexTariff, ownerSession, simpleTariff, site } from "./app-data";
import { PageInTest, alex } from "./test-page";

export const ok = <T,>(value: T): Answer<T> => ({ ok: true, value });

/** A page of the app's frame in a document of a test, over calls that the test may answer otherwise. */
export class FramePage extends PageInTest {
  // Whoever signs out looks for a charger next.
  override readonly call = (async () =>
    ok({ places: [], total: 0, capped: false, nextCursor: null, versions: [] })) as unknown as Call;
  readonly cloud = {
    me: vi.fn<Api["me"]>(async () => ok({ user: alex })),
    signIn: vi.fn<Api["signIn"]>(async () => ok({})),
    signUp: vi.fn<Api["signUp"]>(async () => ok({})),
    signOut: vi.fn<Api["signOut"]>(async () => ok({})),
    sites: vi.fn<Api["sites"]>(async () => ok({ sites: [site] })),
    site: vi.fn<Api["site"]>(async () => ok(site)),
    createSite: vi.fn<Api["createSite"]>(async () => ok(site)),
    changeSite: vi.fn<Api["changeSite"]>(async () => ok(site)),
    board: vi.fn<Api["board"]>(async () => ok(board)),
    sessions: vi.fn<Api["sessions"]>(async () => ok({ sessions: [ownerSession(0)], nextCursor: "next" })),
    session: vi.fn<Api["session"]>(async () => ok(ownerSession(0, { endedAt: null }))),
    stopSession: vi.fn<Api["stopSession"]>(async () => ok({})),
    tariffs: vi.fn<Api["tariffs"]>(async () => ok({ tariffs: [simpleTariff, complexTariff] })),
    putTariff: vi.fn<Api["putTariff"]>(async (_, tariff) => ok(tariff)),
    pairingCode: vi.fn<Api["pairingCode"]>(async () =>
      ok({ code: "7KQ-MZD-3WB", expiresAt: "2026-11-21T13:20:12.000Z" }),
    ),
  };
  protected override api(): Api {
    return { ...this.cloud, call: this.call };
  }
}

/** A promise that the test keeps. */
export function withResolvers<T>() {
  const made: { resolve?: (value: T) => void } = {};
  const promise = new Promise<T>((resolve) => (made.resolve = resolve));
  return { promise, resolve: made.resolve as (value: T) => void };
}
