import "../../driver/driver.css";
import "../owner.css";
import { useState } from "preact/hooks";
import { Form, Submit, valueOf } from "../../parts/form";
import { Pages } from "../../parts/pages";
import { SiteFrame } from "../../parts/site-frame";
import type { OwnedSite } from "../../types";
import type { Words } from "../../words";
import { Trouble } from "../parts/bits";
import type { Review } from "../types";
import { useOwner, useSending } from "../use";
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

function Reviews({ site }: { site: OwnedSite }) {
  const { words, o, ask } = useOwner();
  const { siteId } = site;
  return (
    <Pages
      key={siteId}
      load={async (cursor) =>
        // Without a place there is nothing that could be reviewed.
        site.listing === null
          ? { ok: true, value: { reviews: [], nextCursor: null } }
          : ask("get", "/v1/places/:siteId/reviews", { siteId }, { query: { limit: 25, cursor: cursor ?? undefined } })
      }
      itemsOf={(page) => page.reviews}
      keyOf={(review) => review.reviewId}
      empty={o("reviewsNone")}
    >
      {(review) => <ReviewCard site={site} first={review} words={words} />}
    </Pages>
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
    <article class="card stack">
      <header class="side">
        <p>
          <span class="given" aria-hidden="true">
            {"\u2605".repeat(rating) + "\u2606".repeat(5 - rating)}
          </span>
          <span class="sr">{o("stars", { count: rating })}</span>
        </p>
        <p class="sub">{[author ?? o("someone"), format.date(createdAt)].join(" \u00b7 ")}</p>
      </header>
      {text === "" ? <p class="sub">{o("reviewNoText")}</p> : <p class="prose">{text}</p>}
      {answer !== null ? (
        <div class="notice">
          <p class="sub">{o("answered", { time: answeredAt === null ? "" : format.date(answeredAt) })}</p>
          <p class="prose">{answer}</p>
        </div>
      ) : (
        <Form
          class="stack"
          onSend={(form) => {
            const json = { text: valueOf(form, field) };
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
        </Form>
      )}
    </article>
  );
}
