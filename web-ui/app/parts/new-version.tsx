import { useApp } from "../context";

/** Says that a newer version waits, over the page so that nothing moves; it comes when it is asked to. */
export function NewVersion({ onUpdate }: { onUpdate: (() => void) | null }) {
  const { t } = useApp().words;
  return (
    <div class="toast-room" role="status">
      {onUpdate ? (
        <div class="toast">
          <p>{t("newVersion")}</p>
          <button class="button primary" type="button" onClick={onUpdate}>
            {t("update")}
          </button>
        </div>
      ) : null}
    </div>
  );
}
