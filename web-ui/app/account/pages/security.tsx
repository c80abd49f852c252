import "../../driver/driver.css";
import "../account.css";
import { useState } from "preact/hooks";
import { Field, Form, Submit, valueOf } from "../../parts/form";
import { Show, useLoad } from "../../parts/load";
import { deviceOf } from "../device";
import { AccountFrame, Act, FormCard, Trouble } from "../parts/bits";
import { useAccount, useDoing } from "../use";
import type { Doing } from "../use";

/** Password, address, where one is signed in, and what becomes of the data. */
export default function SecurityPage() {
  const { t } = useAccount();
  const doing = useDoing();
  return (
    <AccountFrame tab="security">
      <Trouble error={doing.error} />
      <div class="columns">
        <div class="stack">
          <Password doing={doing} />
          <Email doing={doing} />
        </div>
        <div class="stack">
          <SignIns doing={doing} />
          <section class="card stack" aria-labelledby="data">
            <div>
              <h2 id="data">{t("yourData")}</h2>
              <p class="sub">{t("exportText")}</p>
            </div>
            <a class="button quiet fit" href="/v1/me/export" download="hitchpost-export.json">
              {t("export")}
            </a>
            <Deletion doing={doing} />
          </section>
        </div>
      </div>
    </AccountFrame>
  );
}

function Password({ doing }: { doing: Doing }) {
  const { words, t, account, user } = useAccount();
  return (
    <FormCard
      id="password-title"
      title={t("passwordTitle")}
      lead={t("passwordLead")}
      said={doing.done === "password" ? t("passwordChanged") : null}
      onSend={async (form) => {
        const [old, next] = [valueOf(form, "current"), valueOf(form, "next")];
        if (await doing.run("password", () => account.changePassword(old, next))) form.reset();
      }}
    >
      {/* Password managers file the new one under this name. */}
      <input type="hidden" name="username" autocomplete="username" value={user?.email ?? ""} />
      <Field id="current" label={t("currentPassword")} type="password" autocomplete="current-password" required />
      <Field
        id="next"
        label={t("newPassword")}
        type="password"
        autocomplete="new-password"
        required
        minLength={10}
        hint={words.t("passwordHint")}
      />
      <Submit busy={doing.busy === "password"} words={words}>
        {t("changePassword")}
      </Submit>
    </FormCard>
  );
}

function Email({ doing }: { doing: Doing }) {
  const { words, t, account, user } = useAccount();
  return (
    <FormCard
      id="email-title"
      title={words.t("email")}
      lead={t("emailLead", { email: user?.email ?? "" })}
      said={doing.done === "email" ? t("emailSent") : null}
      onSend={(form) => void doing.run("email", () => account.changeEmail(valueOf(form, "email").trim()))}
    >
      <Field id="email" label={t("newEmail")} type="email" autocomplete="email" required />
      <Submit busy={doing.busy === "email"} words={words}>
        {t("changeEmail")}
      </Submit>
    </FormCard>
  );
}

/** Where one is signed in, this place first. */
function SignIns({ doing }: { doing: Doing }) {
  const { words, t, account } = useAccount();
  const [loaded, again] = useLoad("sign-ins", async () => {
    const [all, here] = await Promise.all([account.signIns(), account.thisSignIn()]);
    if (!all.ok) return all;
    const token = here.ok ? here.value?.session.token : undefined;
    const places = all.value.map((each) => ({ ...each, isHere: each.token === token }));
    return { ok: true as const, value: places.toSorted((a, b) => Number(b.isHere) - Number(a.isHere)) };
  });
  const format = words.formatIn(Intl.DateTimeFormat().resolvedOptions().timeZone);
  return (
    <section class="card stack" aria-labelledby="places">
      <h2 id="places">{t("signIns")}</h2>
      <Show loaded={loaded} words={words} again={again} height="row">
        {(places) => (
          <>
            <ul>
              {places.map(({ token, userAgent, updatedAt, isHere }) => {
                const name = deviceOf(userAgent) ?? t("unknownDevice");
                return (
                  <li class="line" key={token}>
                    <span class="what">
                      <strong>{name}</strong>
                      <span class="sub">
                        {isHere ? t("here") : t("lastUsed", { time: format.dateTime(updatedAt) })}
                      </span>
                    </span>
                    {isHere ? null : (
                      <Act
                        busy={doing.busy === token}
                        label={`${words.t("signOut")}: ${name}`}
                        onClick={async () => {
                          if (await doing.run(token, () => account.endSignIn(token))) again();
                        }}
                      >
                        {words.t("signOut")}
                      </Act>
                    )}
                  </li>
                );
              })}
            </ul>
            {places.length > 1 ? (
              <Act
                busy={doing.busy === "others"}
                onClick={async () => {
                  if (await doing.run("others", account.endOthers)) again();
                }}
              >
                {t("signOutOthers")}
              </Act>
            ) : null}
          </>
        )}
      </Show>
    </section>
  );
}

/** Deletion: asked for twice, the second time with the password. */
function Deletion({ doing }: { doing: Doing }) {
  const { words, t, account, setUser } = useAccount();
  const [asked, setAsked] = useState(false);
  if (!asked) {
    return (
      <Act busy={false} onClick={() => setAsked(true)}>
        {t("deleteAccount")}
      </Act>
    );
  }
  return (
    <Form
      class="notice notice-bad stack"
      aria-labelledby="deletion"
      onSend={async (form) => {
        const password = valueOf(form, "delete-password");
        if (await doing.run("delete", () => account.deleteAccount(password))) setUser(null);
      }}
    >
      <div>
        <h3 id="deletion">{t("deleteAsk")}</h3>
        <p>{t("deleteText")}</p>
      </div>
      <Field
        id="delete-password"
        label={words.t("password")}
        type="password"
        autocomplete="current-password"
        required
      />
      <div class="pair-buttons">
        <button class="button stop" type="submit" aria-busy={doing.busy === "delete"}>
          {t("deleteYes")}
        </button>
        <button class="button quiet" type="button" onClick={() => setAsked(false)}>
          {t("deleteNo")}
        </button>
      </div>
    </Form>
  );
}
