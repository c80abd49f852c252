import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useDriver } from "../use";

const tabs = [
  ["charging", "/charging"],
  ["sessions", "/sessions"],
  ["vehicles", "/vehicles"],
  ["payments", "/payments"],
  ["bills", "/bills"],
] as const;

/** A driver's own pages: bookings, vehicles, invoices. */
export function ChargingFrame({ tab, children }: { tab: (typeof tabs)[number][0]; children: ComponentChildren }) {
  const { t } = useDriver();
  const bar = useRef<HTMLElement>(null);
  useEffect(
    () => bar.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" }),
    [tab],
  );
  return (
    <main id="main">
      <div class="head">
        <h1>{t(tab)}</h1>
        <nav class="tabs" ref={bar} aria-label={t("charging")}>
          {tabs.map(([each, path]) => (
            <a key={each} href={path} aria-current={each === tab ? "page" : undefined}>
              {t(each)}
            </a>
          ))}
        </nav>
      </div>
      {children}
    </main>
  );
}
