import { useDoing } from "../../parts/doing";
import { Show, useLoad } from "../../parts/load";
import { useDriver } from "../use";
import { Trouble } from "./bits";
import { leaveFor } from "./leave";
import { monthOf } from "./pay-model";

/** The saved cards: which is used, removing one, and saving another on the payment service's page. `round`: look again. `changed`: the rest of the screen is to. */
export function SavedCards({ round, changed }: { round: number; changed: () => void }) {
  const { words, t, my } = useDriver();
  const [loaded, again] = useLoad(`cards ${round}`, () => my.cards());
  const doing = useDoing();
  const run = async (name: string, change: () => ReturnType<typeof my.removeCard>) => {
    if (await doing.run(name, change)) changed();
  };
  return (
    <section class="card stack" aria-labelledby="cards">
      <h2 id="cards">{t("cards")}</h2>
      <Trouble error={doing.error} words={words} />
      <Show loaded={loaded} words={words} again={again} height="row">
        {({ cards }) =>
          cards.length === 0 ? (
            <p class="sub">{t("noCardsSaved")}</p>
          ) : (
            <ul>
              {cards.map(({ paymentMethodId, card, expires, isDefault }) => (
                <li class="line" key={paymentMethodId}>
                  <span class="what">
                    <strong class="card-name">{card}</strong>
                    {expires ? <span class="sub">{t("cardUntil", { month: monthOf(expires) })}</span> : null}
                  </span>
                  <span class="pair-buttons">
                    {isDefault ? (
                      <span class="new">{t("cardUsed")}</span>
                    ) : (
                      <button
                        class="button quiet"
                        type="button"
                        aria-label={`${t("useCard")}: ${card}`}
                        aria-busy={doing.busy === `use ${paymentMethodId}`}
                        onClick={() => void run(`use ${paymentMethodId}`, () => my.useCard(paymentMethodId))}
                      >
                        {t("useCard")}
                      </button>
                    )}
                    <button
                      class="button quiet"
                      type="button"
                      aria-label={`${t("removeCard")}: ${card}`}
                      aria-busy={doing.busy === paymentMethodId}
                      onClick={() => void run(paymentMethodId, () => my.removeCard(paymentMethodId))}
                    >
                      {t("removeCard")}
                    </button>
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Show>
      <button
        class="button quiet fit"
        type="button"
        aria-busy={doing.busy === "save"}
        onClick={() => void doing.run("save", () => leaveFor(my.cardPage()))}
      >
        {t("saveCard")}
      </button>
      <p class="sub">{t("saveCardHint")}</p>
    </section>
  );
}
