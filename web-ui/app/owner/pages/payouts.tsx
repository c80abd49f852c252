import "../../driver/driver.css";
import "../owner.css";
import { Facts } from "../../../common/facts";
import { marks } from "../../../common/icons";
import { Show } from "../../parts/load";
import type { Words } from "../../words";
import { addressOf } from "../api";
import { Act, Trouble } from "../parts/bits";
import { BusinessFrame } from "../parts/business-frame";
import type { Payouts } from "../types";
import { useAsk, useOwner, useSending } from "../use";

/** What an organisation is owed now, and what it was paid. */
export default function PayoutsPage({ organizationId }: { organizationId: string }) {
  return (
    <BusinessFrame organizationId={organizationId} tab="tabPayouts" height="form">
      {({ role }) => <Inner organizationId={organizationId} mayChange={role === "owner" || role === "admin"} />}
    </BusinessFrame>
  );
}

function Inner({ organizationId, mayChange }: { organizationId: string; mayChange: boolean }) {
  const { words } = useOwner();
  const [loaded, again] = useAsk(`payouts ${organizationId}`, (ask) =>
    ask("get", "/v1/organizations/:organizationId/payouts", { organizationId }),
  );
  return (
    <Show loaded={loaded} words={words} again={again} height="form">
      {(value) => (
        <div class="stack">
          <Due due={value.due} words={words} />
          {value.account.takesCards ? (
            <Account organizationId={organizationId} account={value.account} words={words} mayChange={mayChange} />
          ) : null}
          <Paid organizationId={organizationId} payouts={value.payouts} words={words} />
        </div>
      )}
    </Show>
  );
}

/** How what is due comes about, in each currency. */
function Due({ due, words }: { due: Payouts["due"]; words: Words }) {
  const { o } = useOwner();
  const format = words.formatIn("UTC");
  if (due.length === 0) return <p class="card empty lead">{o("dueNone")}</p>;
  return (
    <div class="columns">
      {due.map(({ currency, earned, onSite, outstanding, due: amount }) => {
        const money = (value: number) => format.money(value, currency);
        return (
          <section class="card stack" key={currency} aria-label={currency}>
            <h2>{o(amount < 0 ? "oweTitle" : "dueTitle")}</h2>
            <p class="big">{money(Math.abs(amount))}</p>
            <Facts
              facts={[
                [o("dueEarned"), money(earned)],
                [o("dueOnSite"), money(0 - onSite)],
                [o("dueOutstanding"), money(0 - outstanding)],
              ]}
            />
            <p class="sub">{o(amount < 0 ? "oweText" : "dueText")}</p>
          </section>
        );
      })}
    </div>
  );
}

function Account(props: { organizationId: string; account: Payouts["account"]; words: Words; mayChange: boolean }) {
  const { organizationId, account, words, mayChange } = props;
  const { o, ask } = useOwner();
  const sending = useSending();
  return (
    <section class="card stack" aria-labelledby="account">
      <h2 id="account" class={`mark mark-${account.ready ? "free" : "reserved"}`}>
        {account.ready ? marks.free : marks.reserved}
        {o(account.ready ? "accountReady" : "accountMissing")}
      </h2>
      {account.ready ? null : <p>{o("accountText")}</p>}
      <Trouble error={sending.error} words={words} />
      {mayChange ? (
        <Act
          sending={sending}
          words={words}
          kind={account.ready ? "quiet" : "primary"}
          onClick={() =>
            void sending.send(
              () => ask("post", "/v1/organizations/:organizationId/payout-account", { organizationId }),
              ({ url }) => location.assign(url),
            )
          }
        >
          {o(account.connected ? "accountGoOn" : "accountBegin")}
        </Act>
      ) : null}
    </section>
  );
}

const states = {
  due: ["reserved", "payoutDue"],
  paid: ["free", "payoutPaid"],
  failed: ["faulted", "payoutFailed"],
} as const;

function Paid(props: { organizationId: string; payouts: Payouts["payouts"]; words: Words }) {
  const { organizationId, payouts, words } = props;
  const { o } = useOwner();
  const format = words.formatIn("UTC");
  return (
    <section class="card stack" aria-labelledby="paid-out">
      <h2 id="paid-out">{o("payouts")}</h2>
      {payouts.length === 0 ? <p class="sub">{o("payoutsNone")}</p> : null}
      <ul class="items">
        {payouts.map(({ payoutId, period, amount, currency, status, reference, failure, createdAt }) => {
          const [mark, key] = states[status];
          return (
            <li key={payoutId}>
              <span class="what">
                <strong>{`${format.money(amount, currency)} \u00b7 ${period}`}</strong>
                <span class={`mark mark-${mark}`}>
                  {marks[mark]}
                  {o(key)}
                </span>
                <span class="sub">{[format.date(createdAt), reference, failure].filter(Boolean).join(" \u00b7 ")}</span>
              </span>
              <a
                class="pdf"
                download
                href={addressOf(
                  "/v1/organizations/:organizationId/payouts/:payoutId/pdf",
                  { organizationId, payoutId },
                  { language: words.lang },
                )}
              >
                {o("statement", { period })}
              </a>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
