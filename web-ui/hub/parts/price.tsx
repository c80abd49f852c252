import type { PageState } from "../state";

/** Every fee in plain words: the one that counts first, large. */
export function Price({ state }: { state: PageState }) {
  if (!state.price) return null;
  const { headline, more, tax } = state.price;
  return (
    <section class="price" aria-labelledby="price">
      <h2 id="price">{state.words.t("price")}</h2>
      <p class="headline">{headline}</p>
      {more.length > 0 ? (
        <ul>
          {more.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      ) : null}
      {tax ? <p class="sub">{tax}</p> : null}
    </section>
  );
}
