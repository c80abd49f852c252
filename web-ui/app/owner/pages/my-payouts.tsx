import { useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import { Show } from "../../parts/load";
import { useAsk, useOwner } from "../use";

/** Where messages about payouts lead: the payouts of the organisation that one owns, else the sites. */
export default function MyPayoutsPage() {
  const { words, o } = useOwner();
  const { route } = useLocation();
  const [me, again] = useAsk("me", (ask) => ask("get", "/v1/me", {}));
  useEffect(() => {
    if (me.state !== "there") return;
    const { organizations } = me.value;
    const own = organizations.find(({ role }) => role === "owner") ?? organizations[0];
    route(own ? `/business/${own.organizationId}/payouts` : "/sites", true);
  }, [me]);
  return (
    <main id="main">
      <h1>{o("tabPayouts")}</h1>
      <Show loaded={me.state === "there" ? { state: "loading" } : me} words={words} again={again} height="form">
        {() => null}
      </Show>
    </main>
  );
}
