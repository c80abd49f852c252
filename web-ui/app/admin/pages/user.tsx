import { useState } from "preact/hooks";
import { Facts } from "../../../common/facts";
import { Show, useLoad } from "../../parts/load";
import { AdminFrame } from "../parts/frame";
import { Decide } from "../parts/decide";
import { LogTable } from "../parts/log";
import type { AdminUser } from "../types";
import type { UserChange } from "../api";
import { useAdmin } from "../use";
import { adminError } from "../errors";
import { Marks } from "./users";

/** One account: what it is, what was done to it, and what can be changed. */
export function UserPage({ userId }: { userId: string }) {
  const { words, admin } = useAdmin();
  const [user, again] = useLoad(`user ${userId}`, () => admin.user(userId));
  return (
    <AdminFrame tab="users" title={user.state === "there" ? user.value.name : "\u00a0"}>
      <Show loaded={user} words={words} again={again} height="form" explain={adminError}>
        {(value) => <Account first={value} />}
      </Show>
    </AdminFrame>
  );
}

function Account({ first }: { first: AdminUser }) {
  const { words, t, admin, format, user: me } = useAdmin();
  const [user, setUser] = useState(first);
  const [round, setRound] = useState(0);
  const [log, again] = useLoad(`log ${user.id} ${round}`, () => admin.log(`user:${user.id}`, null));
  const own = me?.id === user.id;
  const choices = [
    ...(own ? [] : [{ key: user.blocked ? "unblock" : "block", look: "quiet" as const }]),
    ...(own ? [] : [{ key: user.isAdmin ? "takeAdmin" : "makeAdmin", look: "quiet" as const }]),
    ...(user.emailVerified ? [] : [{ key: "verify", look: "quiet" as const }]),
  ] as { key: "block" | "unblock" | "takeAdmin" | "makeAdmin" | "verify"; look: "quiet" }[];
  const change = async (choice: string, reason: string) => {
    const answer = await admin.changeUser(user.id, { ...changes[choice as keyof typeof changes], reason });
    if (answer.ok) {
      setUser(answer.value);
      setRound(round + 1);
    }
    return answer;
  };
  return (
    <div class="stack">
      <div class="columns">
        <section class="card stack">
          <Facts
            facts={[
              [words.t("email"), user.email],
              [t("joined"), format.date(user.createdAt)],
              [t("userRole"), t(user.isAdmin ? "roleAdmin" : "roleNone")],
            ]}
          />
          <Marks user={user} />
        </section>
        {user.deleted || choices.length === 0 ? null : (
          <section class="card stack" aria-labelledby="actions">
            <h2 id="actions">{t("actions")}</h2>
            <Decide
              key={round}
              id="reason"
              hint={`${t("reasonHint")} ${t("blockHint")}`}
              reasons={[]}
              choices={choices.map((each) => ({ ...each, label: t(each.key), done: t("changed") }))}
              decide={change}
            />
          </section>
        )}
      </div>
      <p role="status" class={round > 0 ? "saved" : "sr"}>
        {round > 0 ? t("changed") : ""}
      </p>
      <section class="stack" aria-labelledby="log">
        <h2 id="log">{t("history")}</h2>
        <Show loaded={log} words={words} again={again} height="row" explain={adminError}>
          {(value) => <LogTable entries={value.entries} />}
        </Show>
      </section>
    </div>
  );
}

const changes: Record<"block" | "unblock" | "takeAdmin" | "makeAdmin" | "verify", Omit<UserChange, "reason">> = {
  block: { blocked: true },
  unblock: { blocked: false },
  takeAdmin: { isAdmin: false },
  makeAdmin: { isAdmin: true },
  verify: { emailVerified: true },
};
