import { useState } from "preact/hooks";
import type { Words } from "../../words";
import { Field, Form, Submit, valueOf } from "../../parts/form";
import type { Shares } from "../types";
import { useOwner, useSending } from "../use";
import { Act, Trouble } from "./bits";

/** Links that let people in, and who came by them. */
export function ShareLinks(props: { siteId: string; first: Shares; timeZone: string; words: Words }) {
  const { siteId, first, timeZone, words } = props;
  const { o, ask } = useOwner();
  const format = words.formatIn(timeZone);
  const [shares, setShares] = useState(first);
  const [made, setMade] = useState<{ name: string; url: string } | null>(null);
  const [copied, setCopied] = useState(false);
  const adding = useSending();
  const removing = useSending();
  const add = (form: HTMLFormElement) =>
    adding.send(
      () => ask("post", "/v1/sites/:siteId/share-links", { siteId }, { json: { name: valueOf(form, "shareName") } }),
      ({ url, ...link }) => {
        setShares({ ...shares, links: [...shares.links, link] });
        setMade({ name: link.name, url });
        setCopied(false);
        form.reset();
      },
    );
  const revoke = (linkId: string) =>
    removing.send(
      () => ask("delete", "/v1/sites/:siteId/share-links/:linkId", { siteId, linkId }),
      () => {
        setMade(null);
        setShares({
          links: shares.links.filter((each) => each.linkId !== linkId),
          guests: shares.guests.filter((each) => each.linkId !== linkId),
        });
      },
    );
  const dismiss = (userId: string) =>
    removing.send(
      () => ask("delete", "/v1/sites/:siteId/guests/:userId", { siteId, userId }),
      () => setShares({ ...shares, guests: shares.guests.filter((each) => each.userId !== userId) }),
    );
  return (
    <section class="card stack" aria-labelledby="shares">
      <h2 id="shares">{o("shares")}</h2>
      <p class="sub">{o("sharesHint")}</p>
      <Trouble error={removing.error} words={words} />
      {shares.links.length === 0 ? null : (
        <ul class="items">
          {shares.links.map(({ linkId, name, createdAt }) => (
            <li key={linkId}>
              <span class="what">
                <strong>{name}</strong>
                <span class="sub">{o("shareSince", { time: format.date(createdAt) })}</span>
                {shares.guests
                  .filter((guest) => guest.linkId === linkId)
                  .map((guest) => (
                    <span class="guest" key={guest.userId}>
                      {guest.name}
                      <button
                        class="plain"
                        type="button"
                        aria-label={`${o("guestRemove")}: ${guest.name}`}
                        onClick={() => void dismiss(guest.userId)}
                      >
                        {o("guestRemove")}
                      </button>
                    </span>
                  ))}
              </span>
              <button
                class="plain"
                type="button"
                aria-label={`${o("shareRevoke")}: ${name}`}
                onClick={() => void revoke(linkId)}
              >
                {o("shareRevoke")}
              </button>
            </li>
          ))}
        </ul>
      )}
      {made ? (
        <div class="notice stack" role="status">
          <p>{o("shareMade", { name: made.name })}</p>
          <pre tabIndex={0}>{made.url}</pre>
          <Act
            sending={removing}
            words={words}
            onClick={() => {
              void navigator.clipboard?.writeText(made.url);
              setCopied(true);
            }}
          >
            {words.t(copied ? "copied" : "copy")}
          </Act>
        </div>
      ) : null}
      <Trouble error={adding.error} words={words} />
      <Form class="stack" onSend={add}>
        <Field id="shareName" label={o("shareName")} hint={o("shareNameHint")} required maxLength={80} />
        <Submit busy={adding.state === "busy"} words={words}>
          {o("shareAdd")}
        </Submit>
      </Form>
    </section>
  );
}
