import { useLocation } from "preact-iso";
import { ErrorBox, Show, useLoad } from "../../parts/load";
import { AdminFrame, More } from "../parts/frame";
import { ListingCard } from "../parts/listing";
import type { Listing, ListingState } from "../types";
import { useAdmin, useMore } from "../use";
import { adminError } from "../errors";

const states = {
  submitted: "stateSubmitted",
  approved: "stateApproved",
  refused: "stateRefused",
  retired: "stateRetired",
} as const;
type Shown = keyof typeof states;

/** Places that wait for a decision, the longest waiting first; by the address also those that were decided on. */
export function ApprovalsPage() {
  const { words, t, admin } = useAdmin();
  const { query } = useLocation();
  const wanted = query["state"] ?? "";
  const state: Shown = Object.hasOwn(states, wanted) ? (wanted as Shown) : "submitted";
  const [listings, again] = useLoad(`listings ${state}`, () => admin.listings(state, null));
  return (
    <AdminFrame tab="approvals">
      <nav class="states" aria-label={t("stateLabel")}>
        {(Object.keys(states) as Shown[]).map((each) => (
          <a
            key={each}
            href={each === "submitted" ? "/admin" : `/admin?state=${each}`}
            aria-current={each === state ? "true" : undefined}
          >
            {t(states[each])}
          </a>
        ))}
      </nav>
      <Show loaded={listings} words={words} again={again} height="form" explain={adminError}>
        {(page) => <Queue key={state} state={state} items={page.listings} next={page.nextCursor} />}
      </Show>
    </AdminFrame>
  );
}

function Queue({ state, items, next }: { state: ListingState; items: Listing[]; next: string | null }) {
  const { words, t, admin } = useAdmin();
  const list = useMore<Listing, string>(
    async (cursor) => {
      const answer = await admin.listings(state, cursor);
      return answer.ok ? { ok: true, value: { items: answer.value.listings, next: answer.value.nextCursor } } : answer;
    },
    { items, next },
  );
  if (items.length === 0) {
    return <p class="card empty lead">{t(state === "submitted" ? "noneSubmitted" : "noneOther")}</p>;
  }
  return (
    <div class="stack">
      {list.items.map((listing) => (
        <ListingCard key={listing.siteId} listing={listing} />
      ))}
      <ErrorBox error={list.error} words={words} explain={adminError} />
      <More more={list.more} />
    </div>
  );
}
