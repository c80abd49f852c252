import "../../driver/driver.css";
import "../owner.css";
import { useState } from "preact/hooks";
import { Show } from "../../parts/load";
import { SiteFrame } from "../../parts/site-frame";
import type { OwnedSite } from "../../types";
import { useGuard } from "../guard";
import { ListingState } from "../parts/listing-state";
import { Photos } from "../parts/photos";
import { PlaceForm } from "../parts/place-form";
import { ShareLinks } from "../parts/shares";
import type { ListingAction } from "../place-model";
import type { Connector, OwnPlace, PlaceInput, Shares } from "../types";
import { useAsk, useOwner, useSending } from "../use";

interface Everything {
  place: OwnPlace | null;
  connectors: Connector[];
  shares: Shares | null;
}

/** What drivers are told of a site, and how its listing stands. */
export default function ListingPage({ siteId }: { siteId: string }) {
  return (
    <SiteFrame siteId={siteId} tab="listing" height="form">
      {(site) => <Listing site={site} />}
    </SiteFrame>
  );
}

function Listing({ site }: { site: OwnedSite }) {
  const { words } = useOwner();
  const { siteId } = site;
  const [loaded, again] = useAsk<Everything>(`listing ${siteId}`, async (ask) => {
    const [place, connectors, shares] = await Promise.all([
      site.listing === null ? null : ask("get", "/v1/sites/:siteId/place", { siteId }),
      ask("get", "/v1/sites/:siteId/connectors", { siteId }),
      ask("get", "/v1/sites/:siteId/share-links", { siteId }),
    ]);
    if (place && !place.ok) return place;
    if (!connectors.ok) return connectors;
    // Share links are for owners only: installers and members see the rest.
    if (!shares.ok && shares.error.code !== "forbidden") return shares;
    const value = {
      place: place && place.value,
      connectors: connectors.value.connectors,
      shares: shares.ok ? shares.value : null,
    };
    return { ok: true, value };
  });
  return (
    <Show loaded={loaded} words={words} again={again} height="form">
      {(value) => <Editor site={site} first={value} />}
    </Show>
  );
}

function Editor({ site, first }: { site: OwnedSite; first: Everything }) {
  const { words, ask } = useOwner();
  const { siteId, timeZone } = site;
  const [place, setPlace] = useState(first.place);
  const guard = useGuard(siteId);
  const acting = useSending();
  const [saved, setSaved] = useState(false);
  const save = (json: PlaceInput) => {
    setSaved(false);
    guard.run(
      { kind: "hours", hours: json.hours ?? { week: null, exceptions: [] } },
      (shown) => ask("put", "/v1/sites/:siteId/place", { siteId }, { json, query: { shown } }),
      (changed) => {
        setPlace(changed);
        setSaved(true);
      },
    );
  };
  const act = (action: ListingAction) =>
    void acting.send(() => ask("post", "/v1/sites/:siteId/place/listing", { siteId }, { json: { action } }), setPlace);
  const refresh = async () => {
    const answer = await ask("get", "/v1/sites/:siteId/place", { siteId });
    if (answer.ok) setPlace(answer.value);
  };
  return (
    <div class="stack">
      <ListingState
        siteId={siteId}
        place={place}
        connectors={first.connectors}
        timeZone={timeZone}
        words={words}
        sending={acting}
        onAction={act}
      />
      <div class="columns">
        <PlaceForm place={first.place} timeZone={timeZone} guard={guard} saved={saved} onSave={save} />
        {place ? (
          <div class="stack beside-form">
            <Photos siteId={siteId} first={place.photos} words={words} onChange={() => void refresh()} />
            {first.shares ? (
              <ShareLinks siteId={siteId} first={first.shares} timeZone={timeZone} words={words} />
            ) : null}
          </div>
        ) : null}
      </div>
    </div>
  );
}
