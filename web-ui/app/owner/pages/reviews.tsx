import "../../driver/driver.css";
import "../owner.css";
import { useState } from "preact/hooks";
import { Submit, valueOf } from "../../parts/form";
import { Show } from "../../parts/load";
import { SiteFrame } from "../../parts/site-frame";
import type { OwnedSite } from "../../types";
import type { Words } from "../../words";
import type { Ask } from "../api";
import { Act, Trouble } from "../parts/bits";
import type { Review } from "../types";
import { useAsk, useOwner, useSending } from "../use";
import { ownerTexts } from "../words";

/** What drivers say of a site, and the owner's one answer to each. */
export default function ReviewsPage({ siteId }: { siteId: string }) {
  return (
    <SiteFrame siteId={siteId} tab="reviews" height="row">
      {(site) => (
        <div class="stack">
          <a class="button quiet fit" href={`/sites/${siteId}/messages`}>
            {ownerTexts.t()("driverMessages")}
          </a>
          <Reviews site={site} />
        </div>
      )}
    </SiteFrame>
  );
}

const page = (ask: Ask, siteId: string, cursor?: string) =>
  ask("get", "/v1/places/:siteId/reviews", { siteId }, { query: { limit: 25, cursor } });

function Reviews({ site }: { site: OwnedSite }) {
  const { words, o, ask } = useOwner();
  const { siteId } = site;
  const [loaded, again] = useAsk(`reviews ${siteId}`, async (asking) =>
    // Without a place there is nothing that could be reviewed.
    site.listing === null ? { ok: true, value: { reviews: [], nextCursor: null } } : page(asking, siteId),
  );
  const [rest, setRest] = useState<{ reviews: Review[]; nextCursor: string | null } | null>(null);
  const more = useSending();
  return (
    <Show loaded={loaded} words={words} again={again} height="row">
      {(first) => {
        const reviews = [...first.reviews, ...(rest?.reviews ?? [])];
        const cursor = rest ? rest.nextCursor : first.nextCursor;
        if (reviews.length === 0) return <p class="card empty lead">{o("reviewsNone")}</p>;
        return (
          <div class="stack">
            <ul class="list">
              {reviews.map((review) => (
                <li key={review.reviewId}>
                  <ReviewCard site={site} first={review} words={words} />
                </li>
              ))}
            </ul>
            <Trouble error={more.error} words={words} />
            {cursor === null ? null : (
              <Act
                sending={more}
                words={words}
                onClick={() =>
                  void more.send(
                    () => page(ask, siteId, cursor),
                    (next) =>
                      setRest({ reviews: [...(rest?.reviews ?? []), ...next.reviews], nextCursor: next.nextCursor }),
                  )
                }
              >
                {words.t("more")}
              </Act>
            )}
          </div>
        );
      }}
    </Show>
  );
}

function ReviewCard({ site, first, words }: { site: OwnedSite; first: Review; words: Words }) {
  const { o, ask } = useOwner();
  const [review, setReview] = useState(first);
  const sending = useSending();
  const format = words.formatIn(site.timeZone);
  const { reviewId, rating, text, author, createdAt, answer, answeredAt } = review;
  const field = `answer-${reviewId}`;
  return (
    <article class="card stack review">
      <header class="side">
        <p>
          <span class="stars" aria-hidden="true">
            {"\u2605".repeat(rating) + "\u2606".repeat(5 - rating)}
          </span>
          <span class="sr">{o("stars", { count: rating })}</span>
        </p>
        <p class="sub">{[author ?? o("someone"), format.date(createdAt)].join(" \u00b7 ")}</p>
      </header>
      {text === "" ? <p class="sub">{o("reviewNoText")}</p> : <p class="said">{text}</p>}
      {answer !== null ? (
        <div class="notice">
          <p class="sub">{o("answered", { time: answeredAt === null ? "" : format.date(answeredAt) })}</p>
          <p class="said">{answer}</p>
        </div>
      ) : (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            const json = { text: valueOf(event.currentTarget, field) };
            const params = { siteId: site.siteId, reviewId };
            void sending.send(
              () => ask("put", "/v1/sites/:siteId/reviews/:reviewId/answer", params, { json }),
              setReview,
            );
          }}
        >
          <div class="field">
            <label for={field}>{o("answer")}</label>
            <textarea id={field} name={field} rows={3} required maxLength={2000} aria-describedby={`${field}-hint`} />
            <p class="sub" id={`${field}-hint`}>
              {o("answerHint")}
            </p>
          </div>
          <Trouble error={sending.error} words={words} />
          <Submit busy={sending.state === "busy"} words={words}>
            {o("answerSend")}
          </Submit>
        </form>
      )}
    </article>
  );
}
