import { useLocation } from "preact-iso";
import { chevron } from "../../../common/icons";
import { Form, valueOf } from "../../parts/form";
import { ErrorBox, Show, useLoad } from "../../parts/load";
import { AdminFrame, More } from "../parts/frame";
import type { AdminUser } from "../types";
import { useAdmin, useMore } from "../use";
import { adminError } from "../errors";

/** Everybody who has an account, found by name or address. */
export function UsersPage() {
  const { words, t, admin } = useAdmin();
  const { query, route } = useLocation();
  const q = query["q"] ?? "";
  const [users, again] = useLoad(`users ${q}`, () => admin.users(q, null));
  return (
    <AdminFrame tab="users">
      <Form
        class="find-form"
        role="search"
        onSend={(form) => {
          const wanted = valueOf(form, "q").trim();
          route(wanted ? `/admin/users?q=${encodeURIComponent(wanted)}` : "/admin/users");
        }}
      >
        <div class="field">
          <label for="q">{t("searchUsers")}</label>
          <input id="q" name="q" type="search" maxLength={100} defaultValue={q} />
        </div>
        <button class="button primary" type="submit">
          {t("search")}
        </button>
      </Form>
      <Show loaded={users} words={words} again={again} height="row" explain={adminError}>
        {(page) => <People key={q} q={q} items={page.users} next={page.nextCursor} />}
      </Show>
    </AdminFrame>
  );
}

function People({ q, items, next }: { q: string; items: AdminUser[]; next: string | null }) {
  const { words, t, admin } = useAdmin();
  const list = useMore<AdminUser, string>(
    async (cursor) => {
      const answer = await admin.users(q, cursor);
      return answer.ok ? { ok: true, value: { items: answer.value.users, next: answer.value.nextCursor } } : answer;
    },
    { items, next },
  );
  if (items.length === 0) return <p class="card empty lead">{t("noUsers")}</p>;
  return (
    <div class="stack">
      <ul class="list">
        {list.items.map((user) => (
          <li key={user.id}>
            <a class="card row" href={`/admin/users/${user.id}`}>
              <span class="what">
                <strong>{user.name}</strong>
                <span class="sub">{user.email}</span>
                <Marks user={user} />
              </span>
              {chevron}
            </a>
          </li>
        ))}
      </ul>
      <ErrorBox error={list.error} words={words} explain={adminError} />
      <More more={list.more} />
    </div>
  );
}

/** What is special about an account, in words. */
export function Marks({ user }: { user: AdminUser }) {
  const { t, format } = useAdmin();
  const marks = [
    user.isAdmin ? t("isAdmin") : "",
    user.blocked ? t("isBlocked") : "",
    user.deleted ? t("isDeleted") : "",
    user.emailVerified || user.deleted ? "" : t("isUnverified"),
    user.premiumUntil ? t("isPremium", { date: format.date(user.premiumUntil) }) : "",
  ].filter(Boolean);
  return marks.length > 0 ? <span class="sub">{marks.join(" \u00b7 ")}</span> : null;
}
