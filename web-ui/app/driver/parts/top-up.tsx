import { useState } from "preact/hooks";
import { useDoing } from "../../parts/doing";
import { Choice, Form, Submit, valueOf } from "../../parts/form";
import { useDriver } from "../use";
import { Trouble } from "./bits";
import { leaveFor } from "./leave";
import { topUpAmounts } from "./pay-model";

/** Fills the wallet on the payment service's page. `currencies`: those in which the driver has, or owes, something. */
export function TopUp({ currencies, changed }: { currencies: string[]; changed: () => void }) {
  const { words, t, my, now } = useDriver();
  const [currency, setCurrency] = useState(currencies[0] ?? "EUR");
  const [key, setKey] = useState(() => `${now()}`);
  const doing = useDoing();
  const amounts = topUpAmounts(currency);
  const send = async (form: HTMLFormElement) => {
    const amount = Number(valueOf(form, "top-up"));
    await doing.run("top-up", async () => {
      const answer = await leaveFor(my.topUp(amount, currency, `${key}-${amount}-${currency}`));
      // It was paid before, as in another window, or was refused: the next one is another.
      const isOver = answer.ok ? answer.value.url === null : answer.error.code === "payment_refused";
      if (isOver) setKey(`${now()}`);
      if (isOver && answer.ok) changed();
      return answer;
    });
  };
  return (
    <Form class="card stack" aria-labelledby="top-up-title" onSend={send}>
      <h2 id="top-up-title">{t("topUpTitle")}</h2>
      <Trouble error={doing.error} words={words} />
      {currencies.length > 1 ? (
        <div class="field">
          <label for="top-up-currency">{t("topUpCurrency")}</label>
          <div class="select">
            <select id="top-up-currency" onChange={(event) => setCurrency(event.currentTarget.value)}>
              {currencies.map((each) => (
                <option key={each} value={each} selected={each === currency}>
                  {each}
                </option>
              ))}
            </select>
          </div>
        </div>
      ) : null}
      <Choice
        id="top-up"
        label={t("topUpAmount")}
        value={`${amounts[2]}`}
        options={amounts.map((amount) => [`${amount}`, words.formatIn("UTC").money(amount, currency)] as const)}
        hint={t("topUpHint")}
      />
      <Submit busy={doing.busy !== null} words={words}>
        {t("topUp")}
      </Submit>
    </Form>
  );
}
