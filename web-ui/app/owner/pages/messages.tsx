import "../../driver/driver.css";
import "../owner.css";
import { ThreadList } from "../../messages/parts/thread-list";
import { useMessages } from "../../messages/use";
import { SiteFrame } from "../../parts/site-frame";

/** What drivers have written to a site; each thread has a page of its own. */
export default function MessagesPage({ siteId }: { siteId: string }) {
  const { t, messages } = useMessages();
  return (
    <SiteFrame siteId={siteId} tab="reviews" height="row" title={t("title")}>
      {() => <ThreadList load={(cursor) => messages.ofSite(siteId, cursor)} empty={t("emptySite")} />}
    </SiteFrame>
  );
}
