import "../../driver/driver.css";
import "../account.css";
import { Field, Submit, valueOf } from "../../parts/form";
import { Show, useLoad } from "../../parts/load";
import type { Family } from "../api";
import { AccountFrame, Act, FormCard, Trouble } from "../parts/bits";
import { useAccount, useDoing } from "../use";
import type { Doing } from "../use";

interface FamilyProps {
  family: Family;
  doing: Doing;
  after: () => void;
}

/** A family: one who pays, and drivers, who share their vehicles. */
export default function FamilyPage() {
  const { words, t, account, user } = useAccount();
  const [loaded, again] = useLoad("family", account.family);
  const doing = useDoing();
  return (
    <AccountFrame tab="family">
      <p class="lead">{t("familyLead")}</p>
      <Trouble error={doing.error} />
      <Show loaded={loaded} words={words} again={again} height="form">
        {({ family }) =>
          family === null ? (
            <div class="narrow-left">
              <FormCard
                id="found"
                title={t("foundFamily")}
                lead={t("foundFamilyLead")}
                onSend={async (form) => {
                  const name = valueOf(form, "name").trim();
                  if (await doing.run("found", () => account.foundFamily(name))) again();
                }}
              >
                <Field id="name" label={t("familyName")} hint={t("familyNameHint")} required maxLength={100} />
                <Submit busy={doing.busy === "found"} words={words}>
                  {t("foundFamily")}
                </Submit>
              </FormCard>
            </div>
          ) : (
            <div class="columns">
              <Drivers family={family} doing={doing} after={again} />
              {family.payer.userId === user?.id ? <Invite family={family} doing={doing} after={again} /> : null}
            </div>
          )
        }
      </Show>
    </AccountFrame>
  );
}

function Drivers({ family, doing, after }: FamilyProps) {
  const { t, account, user } = useAccount();
  const isPayer = family.payer.userId === user?.id;
  const others = family.drivers.filter(({ userId }) => userId !== family.payer.userId);
  return (
    <section class="card stack" aria-labelledby="drivers">
      <h2 id="drivers">{family.name}</h2>
      <ul>
        <li class="line">
          <span class="what">
            <strong>{family.payer.name}</strong>
            <span class="sub">{t("payer")}</span>
          </span>
        </li>
        {others.map(({ userId, name }) => (
          <li class="line" key={userId}>
            <span class="what">
              <strong>{name}</strong>
              <span class="sub">{t("driver")}</span>
            </span>
            {isPayer || userId === user?.id ? (
              <Act
                busy={doing.busy === userId}
                label={`${t(isPayer ? "remove" : "leaveFamily")}: ${name}`}
                onClick={async () => {
                  if (await doing.run(userId, () => account.removeDriver(userId))) after();
                }}
              >
                {t(isPayer ? "remove" : "leaveFamily")}
              </Act>
            ) : null}
          </li>
        ))}
      </ul>
      {isPayer ? (
        <Act
          busy={doing.busy === "end"}
          onClick={async () => {
            if (await doing.run("end", account.endFamily)) after();
          }}
        >
          {t("endFamily")}
        </Act>
      ) : null}
    </section>
  );
}

function Invite({ family, doing, after }: FamilyProps) {
  const { words, t, account } = useAccount();
  const format = words.formatIn(Intl.DateTimeFormat().resolvedOptions().timeZone);
  return (
    <FormCard
      id="invite"
      title={t("invite")}
      lead={t("inviteLead")}
      said={doing.done === "invite" ? t("invited") : null}
      onSend={async (form) => {
        const email = valueOf(form, "email").trim();
        if (!(await doing.run("invite", () => account.invite(email)))) return;
        form.reset();
        after();
      }}
    >
      <Field id="email" label={words.t("email")} type="email" required />
      <Submit busy={doing.busy === "invite"} words={words}>
        {t("invite")}
      </Submit>
      {family.invitations.length > 0 ? (
        <ul>
          {family.invitations.map(({ id, email, expiresAt }) => (
            <li class="line" key={id}>
              <span class="what">
                <strong>{email}</strong>
                <span class="sub">{t("openUntil", { time: format.dateTime(expiresAt) })}</span>
              </span>
              <Act
                busy={doing.busy === id}
                label={`${t("withdraw")}: ${email}`}
                onClick={async () => {
                  if (await doing.run(id, () => account.withdraw(id))) after();
                }}
              >
                {t("withdraw")}
              </Act>
            </li>
          ))}
        </ul>
      ) : null}
    </FormCard>
  );
}
