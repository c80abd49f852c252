import "../driver.css";
import "../my.css";
import { useState } from "preact/hooks";
import { Facts } from "../../../common/facts";
import { useDoing } from "../../parts/doing";
import type { Doing } from "../../parts/doing";
import { Show, useLoad } from "../../parts/load";
import type { Balance, Coupon, Membership, Method, PaymentMethod } from "../my-types";
import { Trouble } from "../parts/bits";
import { ChargingFrame } from "../parts/charging-frame";
import { leaveFor } from "../parts/leave";
import { Coupons, Memberships } from "../parts/memberships";
import { PayReturn } from "../parts/pay-return";
import { SavedCards } from "../parts/saved-cards";
import { TopUp } from "../parts/top-up";
import type { Bill } from "../types";
import { useDriver } from "../use";

interface Money {
  method: PaymentMethod;
  balances: Balance[];
  bills: Bill[];
  memberships: Membership[];
  coupons: Coupon[];
}

/** How one pays, what is owed and what is in the wallet, memberships and coupons. */
export default function PaymentsPage() {
  const { words, my } = useDriver();
  const [loaded, again] = useLoad("payments", async () => {
    const [method, balances, bills, memberships, coupons] = await Promise.all([
      my.paymentMethod(),
      my.balances(),
      my.openBills(),
      my.memberships(),
      my.coupons(),
    ]);
    for (const answer of [method, balances, bills, memberships, coupons]) if (!answer.ok) return answer;
    const value = { ...valueOf(balances), ...valueOf(bills), ...valueOf(memberships), ...valueOf(coupons) };
    return { ok: true as const, value: { ...value, method: valueOf(method) } as Money };
  });
  const doing = useDoing();
  const run = async (name: string, change: Parameters<Doing["run"]>[1]) => {
    if (await doing.run(name, change)) again();
  };
  // Cards and payments on the payment service's pages change what is shown beside them.
  const [round, setRound] = useState(0);
  const changed = () => {
    setRound((count) => count + 1);
    again();
  };
  return (
    <ChargingFrame tab="payments">
      <PayReturn changed={changed} />
      <Trouble error={doing.error} words={words} />
      <Show loaded={loaded} words={words} again={again} height="form">
        {(money) => (
          <div class="columns">
            <div class="stack">
              <Balances money={money} busy={doing.busy} run={run} />
              {money.method.takesCards ? <TopUp currencies={currenciesOf(money)} changed={changed} /> : null}
              <Memberships memberships={money.memberships} busy={doing.busy} run={run} />
              <Coupons coupons={money.coupons} />
            </div>
            <div class="stack">
              {money.method.takesCards ? <SavedCards round={round} changed={changed} /> : null}
              <Methods money={money} busy={doing.busy} run={run} />
            </div>
          </div>
        )}
      </Show>
    </ChargingFrame>
  );
}

function valueOf<T>(answer: { ok: true; value: T } | { ok: false }): T {
  return (answer as { value: T }).value;
}

function currenciesOf({ balances, bills }: Money): string[] {
  return [...new Set([...balances, ...bills].map(({ currency }) => currency))];
}

interface PartProps {
  money: Money;
  busy: string | null;
  run: (name: string, change: Parameters<Doing["run"]>[1]) => Promise<void>;
}

/** What is owed, each bill with how it can be paid, and the wallet. */
function Balances({ money, busy, run }: PartProps) {
  const { words, t, my, now } = useDriver();
  const [key, setKey] = useState(() => `${now()}`);
  const { balances, bills, method } = money;
  const format = words.formatIn("UTC");
  return (
    <section class="card stack" aria-labelledby="balance">
      <h2 id="balance">{t("balance")}</h2>
      {balances.length === 0 ? <p>{t("nothingOwed")}</p> : null}
      {balances.map(({ currency, outstanding, wallet, held }) => (
        <div key={currency} class="stack">
          <Facts
            facts={[
              [t("outstanding"), format.money(outstanding, currency)],
              [t("wallet"), format.money(wallet, currency)],
              [t("heldBack"), format.money(held, currency)],
            ]}
          />
          {wallet > 0 && method.takesCards ? (
            <button
              class="button quiet fit"
              type="button"
              aria-busy={busy === "empty"}
              onClick={() =>
                void run("empty", async () => {
                  const answer = await my.emptyWallet(currency, `${key}-${currency}`);
                  // What comes into the wallet later is another time to empty it.
                  if (answer.ok) setKey(`${now()}`);
                  return answer;
                })
              }
            >
              {t("emptyWallet")}
            </button>
          ) : null}
        </div>
      ))}
      {bills.length > 0 ? (
        <ul>
          {bills.map((bill) => (
            <li class="line" key={bill.chargeId}>
              <span class="what">
                <strong>{t("invoice", { number: bill.number })}</strong>
                <span class="sub">{t("openAmount", { amount: format.money(bill.outstanding, bill.currency) })}</span>
              </span>
              <span class="pair-buttons">
                {balances.some(({ currency, wallet }) => currency === bill.currency && wallet > 0) ? (
                  <PayButton bill={bill} from="wallet" busy={busy} run={run} />
                ) : null}
                {method.card ? <PayButton bill={bill} from="card" busy={busy} run={run} /> : null}
                {method.takesCards ? (
                  <button
                    class="button quiet"
                    type="button"
                    aria-label={`${t(method.card ? "payOther" : "payCard")}: ${bill.number}`}
                    aria-busy={busy === `page ${bill.chargeId}`}
                    onClick={() => void run(`page ${bill.chargeId}`, () => leaveFor(my.payPage(bill.chargeId)))}
                  >
                    {t(method.card ? "payOther" : "payCard")}
                  </button>
                ) : null}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function PayButton(props: Omit<PartProps, "money"> & { bill: Bill; from: "wallet" | "card" }) {
  const { bill, from, busy, run } = props;
  const { t, my } = useDriver();
  const text = t(from === "wallet" ? "payWallet" : "payCard");
  const name = `${from} ${bill.chargeId}`;
  return (
    <button
      class="button quiet"
      type="button"
      aria-label={`${text}: ${bill.number}`}
      aria-busy={busy === name}
      onClick={() =>
        void run(name, async () => {
          const answer = await my.pay(bill.chargeId, from);
          const isOwed = answer.ok && from === "card" && answer.value.outstanding > 0;
          return isOwed ? { ok: false as const, error: { code: "card_declined", detail: "" } } : answer;
        })
      }
    >
      {text}
    </button>
  );
}

const methodKeys = {
  card: ["methodCard", "methodCardText"],
  wallet: ["methodWallet", "methodWalletText"],
  plan: ["methodPlan", "methodPlanText"],
  on_site: ["methodOnSite", "methodOnSiteText"],
  on_account: ["methodOnAccount", "methodOnAccountText"],
} as const satisfies Record<Method, readonly [string, string]>;

/** How the next sessions and bookings are paid. */
function Methods({ money, run }: PartProps) {
  const { t, my } = useDriver();
  const { method } = money;
  const usable = (each: Method) =>
    each === method.method || (each === "card" ? method.card !== null : each === "wallet" ? method.takesCards : true);
  return (
    <fieldset class="card methods">
      <legend>{t("methodTitle")}</legend>
      {method.takesCards ? null : <p class="sub">{t("noCards")}</p>}
      {(Object.keys(methodKeys) as Method[]).filter(usable).map((each) => {
        const [name, text] = methodKeys[each];
        return (
          <label class="check" key={each}>
            <input
              type="radio"
              name="method"
              checked={each === method.method}
              onChange={() => void run("method", () => my.setMethod(each))}
            />
            <span>
              <strong>
                {t(name)}
                {each === "card" && method.card ? <span class="card-name">{`, ${method.card}`}</span> : null}
              </strong>
              <span class="sub">{t(text)}</span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
