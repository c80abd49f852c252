import { Show, useLoad } from "../../parts/load";
import { Decide } from "../parts/decide";
import { AdminFrame } from "../parts/frame";
import type { ReportedReview } from "../types";
import { useAdmin } from "../use";
import { adminError } from "../errors";

/** Reviews that somebody has reported, with what is said against them beside the decision. */
export function ReviewsPage() {
  const { words, t, admin } = useAdmin();
  const [reviews, again] = useLoad("reported", admin.reviews);
  return (
    <AdminFrame tab="reviews">
      <Show loaded={reviews} words={words} again={again} height="form" explain={adminError}>
        {(value) =>
          value.reviews.length === 0 ? (
            <p class="card empty lead">{t("noReviews")}</p>
          ) : (
            <div class="stack">
              {value.reviews.map((review) => (
                <Reported key={review.reviewId} review={review} />
              ))}
            </div>
          )
        }
      </Show>
    </AdminFrame>
  );
}

function Reported({ review }: { review: ReportedReview }) {
  const { t, admin, format } = useAdmin();
  const title = `review-${review.reviewId}`;
  return (
    <article class="card stack" aria-labelledby={title}>
      <h2 id={title} class="listing-name">
        {review.siteName}
      </h2>
      <div class="judge">
        <div class="stack">
          <p class="judged">
            <span aria-hidden="true">{"\u2605".repeat(review.rating) + "\u2606".repeat(5 - review.rating)}</span>
            <span class="sr">{t("stars", { count: review.rating })}</span>
            {review.hidden ? <strong class="wrong">{t("hiddenNow")}</strong> : null}
          </p>
          <blockquote class="prose">{review.text}</blockquote>
          {review.answer === null ? null : (
            <section class="part">
              <h3 class="topic">{t("answerOf")}</h3>
              <blockquote class="prose">{review.answer}</blockquote>
            </section>
          )}
          <section class="part">
            <h3 class="topic">{t("reportsTitle")}</h3>
            <ul class="entries">
              {review.reports.map((report) => (
                <li key={report.at + report.reason} class="entry">
                  <q>{report.reason}</q>
                  <span class="sub">{format.dateTime(report.at)}</span>
                </li>
              ))}
            </ul>
          </section>
        </div>
        <Decide
          id={`reason-${review.reviewId}`}
          hint={t("reasonHint")}
          reasons={[t("becauseRude"), t("becauseOffTopic"), t("becauseFair")]}
          choices={[
            { key: "hide", label: t("hide"), look: "primary", done: t("hidden") },
            { key: "show", label: t("keep"), look: "quiet", done: t("kept") },
          ]}
          decide={(choice, reason) => admin.moderate(review, choice as "hide" | "show", reason)}
        />
      </div>
    </article>
  );
}
