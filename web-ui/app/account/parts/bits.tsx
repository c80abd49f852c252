import type { ComponentChildren } from "preact";
import type { Failure } from "../../api";
import { useAccount } from "../use";
import { accountError } from "../errors";
import { Form } from "../../parts/form";
import { ErrorBox } from "../../parts/load";

const tabs = [
  ["profile", "/account"],
  ["security", "/account/security"],
  ["notices", "/account/notifications"],
  ["family", "/account/family"],
] as const;

/** The pages of one's account. */
export function AccountFrame({ tab, children }: { tab: (typeof tabs)[number][0]; children: ComponentChildren }) {
  const { t } = useAccount();
  return (
    <main id="main">
      <div class="head">
        <h1>{t(tab)}</h1>
        <nav class="tabs" aria-label={t("account")}>
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

/** An error of an account's page as a box. */
export function Trouble({ error }: { error: Failure | null }) {
  return <ErrorBox error={error} words={useAccount().words} explain={accountError} />;
}

/** A button for one change, busy while it is under way. */
export function Act(props: {
  busy: boolean;
  children: ComponentChildren;
  onClick: () => void;
  kind?: "quiet" | "stop" | "primary";
  label?: string;
}) {
  const { busy, children, onClick, kind = "quiet", label } = props;
  return (
    <button
      class={`button ${kind} fit`}
      type="button"
      aria-busy={busy}
      aria-disabled={busy}
      aria-label={label}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

/** A form as a card; what it says when it was sent comes in its own place. */
export function FormCard(props: {
  title: string;
  lead?: string | undefined;
  id: string;
  said?: string | null;
  onSend: (form: HTMLFormElement) => void;
  children: ComponentChildren;
}) {
  const { title, lead, id, said, onSend, children } = props;
  return (
    <Form class="card stack" aria-labelledby={id} onSend={onSend}>
      <div>
        <h2 id={id}>{title}</h2>
        {lead ? <p class="sub">{lead}</p> : null}
      </div>
      {children}
      {said === undefined ? null : (
        <p class="saved" role="status">
          {said}
        </p>
      )}
    </Form>
  );
}
