import "../../driver/driver.css";
import "../account.css";
import { useState } from "preact/hooks";
import { Choice, Field, Submit, valueOf } from "../../parts/form";
import { Show, useLoad } from "../../parts/load";
import type { Invitation, Me } from "../api";
import { AccountFrame, Act, FormCard, Trouble } from "../parts/bits";
import { useAccount, useDoing } from "../use";
import type { Doing } from "../use";

/** Who one is: invitations that wait, name, language, zone, and the verified phone. Mails of invitations lead here. */
export default function ProfilePage() {
  const { words, t, account } = useAccount();
  const [loaded, again] = useLoad("me", async () => {
    const [me, waiting] = await Promise.all([account.me(), account.invitations()]);
    if (!me.ok) return me;
    return { ok: true as const, value: { me: me.value, invitations: waiting.ok ? waiting.value.invitations : [] } };
  });
  const doing = useDoing();
  return (
    <AccountFrame tab="profile">
      <Trouble error={doing.error} />
      <Show loaded={loaded} words={words} again={again} height="form">
        {({ me, invitations }) => (
          <>
            {invitations.length > 0 ? (
              <section class="stack" aria-labelledby="invitations">
                <h2 id="invitations">{t("invitations")}</h2>
                <ul class="list">
                  {invitations.map((each) => (
                    <li key={each.id} class="card row wrap">
                      <InvitationLine invitation={each} doing={doing} after={again} />
                    </li>
                  ))}
                </ul>
              </section>
            ) : null}
            <div class="columns">
              <Profile me={me} doing={doing} />
              <Phone me={me} doing={doing} after={again} />
            </div>
          </>
        )}
      </Show>
    </AccountFrame>
  );
}

function InvitationLine(props: { invitation: Invitation; doing: Doing; after: () => void }) {
  const { words, t, account } = useAccount();
  const { invitation, doing, after } = props;
  const { id, kind, inviter, name, expiresAt } = invitation;
  const format = words.formatIn(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const answer = async (accept: boolean) => {
    if (await doing.run(id, () => account.answerInvitation(id, accept))) after();
  };
  return (
    <>
      <span class="what">
        <strong>{name}</strong>
        <span class="sub">{t(kind === "family" ? "invitedFamily" : "invitedTeam", { inviter })}</span>
        <span class="sub">{t("openUntil", { time: format.dateTime(expiresAt) })}</span>
      </span>
      <span class="pair-buttons">
        <Act
          kind="primary"
          busy={doing.busy === id}
          label={`${t("accept")}: ${name}`}
          onClick={() => void answer(true)}
        >
          {t("accept")}
        </Act>
        <Act busy={false} label={`${t("decline")}: ${name}`} onClick={() => void answer(false)}>
          {t("decline")}
        </Act>
      </span>
    </>
  );
}

function Profile({ me, doing }: { me: Me; doing: Doing }) {
  const { words, t, account, user, setUser } = useAccount();
  const save = async (form: HTMLFormElement) => {
    const name = valueOf(form, "name").trim();
    const changes = {
      name,
      language: valueOf(form, "language") as "en" | "de",
      timeZone: valueOf(form, "timeZone"),
    };
    if ((await doing.run("profile", () => account.change(changes))) && user) setUser({ ...user, name });
  };
  return (
    <FormCard
      id="who"
      title={t("aboutYou")}
      said={doing.done === "profile" ? words.t("saved") : null}
      onSend={(form) => void save(form)}
    >
      <Field
        id="name"
        label={words.t("name")}
        autocomplete="name"
        defaultValue={me.user.name}
        hint={t("nameHint")}
        required
        maxLength={100}
      />
      <Choice
        id="language"
        label={t("mailLanguage")}
        value={me.user.language}
        options={[
          ["en", "English"],
          ["de", "Deutsch"],
        ]}
        hint={t("mailLanguageHint")}
      />
      <Choice
        id="timeZone"
        label={words.t("timeZone")}
        value={me.user.timeZone}
        options={[...new Set([me.user.timeZone, ...Intl.supportedValuesOf("timeZone")])].map(
          (zone) => [zone, zone] as const,
        )}
        hint={t("zoneHint")}
      />
      <Submit busy={doing.busy === "profile"} words={words}>
        {words.t("save")}
      </Submit>
    </FormCard>
  );
}

/** A number is used once its code has come back. */
function Phone({ me, doing, after }: { me: Me; doing: Doing; after: () => void }) {
  const { words, t, account } = useAccount();
  const [asked, setAsked] = useState<string | null>(null);
  if (asked !== null) {
    return (
      <FormCard
        id="phone"
        title={t("phone")}
        lead={t("codeSent", { phone: asked })}
        onSend={async (form) => {
          const code = valueOf(form, "code").replaceAll(/\s/g, "");
          if (!(await doing.run("code", () => account.verifyPhone(code)))) return;
          setAsked(null);
          after();
        }}
      >
        <Field id="code" label={t("code")} inputMode="numeric" autocomplete="one-time-code" required maxLength={8} />
        <div class="pair-buttons">
          <Submit busy={doing.busy === "code"} words={words}>
            {t("confirm")}
          </Submit>
          <Act busy={false} onClick={() => setAsked(null)}>
            {t("otherNumber")}
          </Act>
        </div>
      </FormCard>
    );
  }
  return (
    <FormCard
      id="phone"
      title={t("phone")}
      lead={t("phoneLead")}
      onSend={async (form) => {
        const phone = valueOf(form, "phone")
          .replaceAll(/[\s()/-]/g, "")
          .replace(/^00/, "+");
        if (await doing.run("phone", () => account.askForPhone(phone))) setAsked(phone);
      }}
    >
      {me.user.phone ? (
        <div class="side">
          <p>
            <strong>{me.user.phone}</strong>
          </p>
          <Act
            busy={doing.busy === "forget"}
            label={`${t("remove")}: ${me.user.phone}`}
            onClick={async () => {
              if (await doing.run("forget", account.forgetPhone)) after();
            }}
          >
            {t("remove")}
          </Act>
        </div>
      ) : null}
      <Field
        id="phone-number"
        name="phone"
        label={t(me.user.phone ? "newNumber" : "number")}
        hint={t("numberHint")}
        type="tel"
        autocomplete="tel"
        required
        maxLength={24}
      />
      <Submit busy={doing.busy === "phone"} words={words}>
        {t("sendCode")}
      </Submit>
    </FormCard>
  );
}
