import { Pages } from "../../parts/pages";
import { useDriver } from "../use";
import type { Review } from "../my-types";

/** What drivers say of a place, with the owner's answers. */
export function Reviews({ siteId, timeZone }: { siteId: string; timeZone: string }) {
  const { t, my } = useDriver();
  return (
    <section class="stack" aria-labelledby="reviews">
      <h2 id="reviews">{t("reviews")}</h2>
      <Pages
        load={(cursor) => my.reviews(siteId, cursor)}
        itemsOf={(page) => page.reviews}
        empty={t("noRating")}
        keyOf={({ reviewId }) => reviewId}
      >
        {(review) => <ReviewCard review={review} timeZone={timeZone} />}
      </Pages>
    </section>
  );
}

function ReviewCard({ review, timeZone }: { review: Review; timeZone: string }) {
  const { words, t } = useDriver();
  const format = words.formatIn(timeZone);
  const { rating, text, author, createdAt, answer } = review;
  return (
    <article class="card review">
      <p>
        <span class="gold" aria-hidden="true">
          {"\u2605".repeat(rating) + "\u2606".repeat(5 - rating)}
        </span>
        <span class="sr">{t("starCount", { count: rating })}</span>
      </p>
      {text ? <p class="prose">{text}</p> : null}
      <p class="sub">{`${author ?? t("formerDriver")} \u00b7 ${format.date(createdAt)}`}</p>
      {answer ? (
        <div class="notice">
          <p class="sub">{t("ownersAnswer")}</p>
          <p class="prose">{answer}</p>
        </div>
      ) : null}
    </article>
  );
}
