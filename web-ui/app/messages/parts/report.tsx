import { useState } from "preact/hooks";
import { useDoing } from "../../parts/doing";
import { ErrorBox } from "../../parts/load";
import { Form, Submit, valueOf } from "../../parts/form";
import type { Thread } from "../types";
import { useMessages } from "../use";

/** Calls the platform's admins to a thread, or says that they were called. */
export function Report({ thread, onDone }: { thread: Thread; onDone: () => void }) {
  const { words, t, messages } = useMessages();
  const doing = useDoing();
  const [asked, setAsked] = useState(false);
  const { siteId, threadId, report, side } = thread;
  if (report) {
    return (
      <div class="notice notice-warn">
        <p>{t("reportOpen")}</p>
        <p>{t("reportBy", { reason: report.reason })}</p>
      </div>
    );
  }
  if (side === "admin") return null;
  if (!asked) {
    return (
      <button class="button quiet fit" type="button" onClick={() => setAsked(true)}>
        {t("report")}
      </button>
    );
  }
  return (
    <Form
      class="card stack"
      aria-labelledby="report"
      onSend={(form) => {
        const reason = valueOf(form, "report-reason").trim();
        if (reason === "") return;
        void doing.run("report", () => messages.report(siteId, threadId, reason)).then((done) => done && onDone());
      }}
    >
      <div>
        <h2 id="report">{t("report")}</h2>
        <p class="sub">{t("reportLead")}</p>
      </div>
      <ErrorBox error={doing.error} words={words} />
      <div class="field">
        <label for="report-reason">{t("reportReason")}</label>
        <textarea id="report-reason" name="report-reason" rows={2} maxLength={1000} required />
      </div>
      <Submit busy={doing.busy !== null} words={words}>
        {t("reportSend")}
      </Submit>
    </Form>
  );
}
