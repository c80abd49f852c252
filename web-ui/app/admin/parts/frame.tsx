import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useAdmin } from "../use";

const tabs = [
  ["approvals", "/admin"],
  ["reviews", "/admin/reviews"],
  ["messages", "/admin/messages"],
  ["payouts", "/admin/payouts"],
  ["users", "/admin/users"],
  ["audit", "/admin/audit"],
] as const;

/** The admins' pages: a heading and the way to the others. */
export function AdminFrame(props: { tab: (typeof tabs)[number][0]; title?: string; children: ComponentChildren }) {
  const { t } = useAdmin();
  const bar = useRef<HTMLElement>(null);
  useEffect(
    () => bar.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" }),
    [props.tab],
  );
  return (
    <main id="main">
      <div class="head">
        {props.title ? <p class="sub">{t("users")}</p> : null}
        <h1>{props.title ?? t(props.tab)}</h1>
        <nav class="tabs" ref={bar} aria-label={t("admin")}>
          {tabs.map(([each, path]) => (
            <a key={each} href={path} aria-current={each === props.tab ? "page" : undefined}>
              {t(each)}
            </a>
          ))}
        </nav>
      </div>
      {props.children}
    </main>
  );
}

/** The button below a list that goes on. */
export function More({ more }: { more: (() => void) | null }) {
  const { words } = useAdmin();
  return more ? (
    <button class="button quiet" type="button" onClick={more}>
      {words.t("more")}
    </button>
  ) : null;
}
