import { useState } from "preact/hooks";
import { Form, Submit, valueOf } from "../../parts/form";
import { useDoing } from "../../parts/doing";
import { useDriver } from "../use";
import { Trouble } from "./bits";

const stars = [1, 2, 3, 4, 5];

/** A review of a session that is over: one to five stars and, where one likes, words. */
export function ReviewForm({ siteId, sessionId }: { siteId: string; sessionId: string }) {
  const { words, t, my } = useDriver();
  const [rating, setRating] = useState(0);
  const doing = useDoing();
  if (doing.done) {
    return (
      <p class="notice" role="status">
        {t("reviewThanks")}
      </p>
    );
  }
  return (
    <Form
      class="card stack"
      aria-labelledby="review"
      onSend={(form) => {
        const text = valueOf(form, "review-text").trim();
        if (rating > 0) void doing.run("review", () => my.review(siteId, sessionId, { rating, text }));
      }}
    >
      <div>
        <h2 id="review">{t("reviewTitle")}</h2>
        <p class="sub">{t("reviewLead")}</p>
      </div>
      <Trouble error={doing.error} words={words} />
      <fieldset class="stars">
        <legend class="sr">{t("sortRating")}</legend>
        {stars.map((star) => (
          <label key={star} class={star <= rating ? "star on" : "star"}>
            <input type="radio" name="rating" value={star} required onChange={() => setRating(star)} />
            <span class="sr">{t("starCount", { count: star })}</span>
            <span aria-hidden="true">{star <= rating ? "\u2605" : "\u2606"}</span>
          </label>
        ))}
      </fieldset>
      <div class="field">
        <label for="review-text">{t("reviewText")}</label>
        <textarea id="review-text" name="review-text" rows={3} maxLength={2000} />
      </div>
      <Submit busy={doing.busy !== null} words={words}>
        {t("reviewSend")}
      </Submit>
    </Form>
  );
}
