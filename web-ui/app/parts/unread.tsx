import { useEffect, useState } from "preact/hooks";
import { useApp } from "../context";

/** How many messages of the inbox are unread, live; 0 for nobody and until it is known. */
export function useUnread(userId: string | null): number {
  const [unread, setUnread] = useState(0);
  useEffect(() => {
    if (userId === null) return setUnread(0);
    const source = new EventSource("/v1/notifications/live");
    source.addEventListener("message", ({ data }) => {
      const told = (JSON.parse(String(data)) as { unread?: unknown }).unread;
      if (typeof told === "number") setUnread(told);
    });
    return () => source.close();
  }, [userId]);
  return unread;
}

/** The number beside the inbox, in its corner: nothing moves when it comes. */
export function Unread({ count }: { count: number }) {
  const { t } = useApp().words;
  if (count === 0) return null;
  return (
    <span class="badge">
      <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
      <span class="sr">{t("unread", { count })}</span>
    </span>
  );
}
