import { useApp } from "../context";

/** The page of an address that leads nowhere. */
export function NotFoundPage() {
  const { t } = useApp().words;
  return (
    <main id="main" class="stack">
      <h1>{t("notFoundTitle")}</h1>
      <p class="lead">{t("notFoundText")}</p>
      <a class="button quiet fit" href="/">
        {t("toStart")}
      </a>
    </main>
  );
}
