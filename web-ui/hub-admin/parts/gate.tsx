import { Field, Form, valueOf } from "../../common/form";
import type { HubApi } from "../api";
import type { HubSite } from "../types";
import { useHub, useWork } from "../use";
import { Act, Trouble } from "./bits";

/** Where the token is kept, in the storage of the tab alone. */
export const TOKEN = "hub-admin-token";

/** Asks for the token, and tries it before it is kept. */
export function Gate(props: {
  title: string;
  lead: string;
  apiFor: (token: string) => HubApi;
  wasRefused: boolean;
  onEnter: (token: string, site: HubSite) => void;
}) {
  const { t } = useHub().words;
  const { busy, error, run } = useWork();
  const enter = async (token: string) => {
    if (token === "") return;
    const site = await run(props.apiFor(token).site());
    if (site) props.onEnter(token, site);
  };
  const refused = props.wasRefused && !error ? { code: "unauthorized", detail: "" } : null;
  return (
    <main id="main" class="narrow stack" tabIndex={-1}>
      <div>
        <h1>{props.title}</h1>
        <p class="lead">{props.lead}</p>
      </div>
      <Form
        autocomplete="off"
        class="card stack"
        onSend={(form) => {
          void enter(valueOf(form, "token").trim());
        }}
        busy={busy}
      >
        <Field id="token" type="password" label={t("token")} hint={t("tokenHint")} />
        <Trouble error={error ?? refused} />
        <Act busy={busy} submit>
          {t("signIn")}
        </Act>
      </Form>
    </main>
  );
}
