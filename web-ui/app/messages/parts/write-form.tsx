import { useState } from "preact/hooks";
import { Form, Submit } from "../../parts/form";
import { useMessages } from "../use";

/** A message to write; what could not be sent stays. */
export function WriteForm({ busy, onSend }: { busy: boolean; onSend: (text: string) => Promise<boolean> }) {
  const { words, t } = useMessages();
  const [text, setText] = useState("");
  return (
    <Form
      class="card stack"
      onSend={() => {
        const said = text.trim();
        if (busy || said === "") return;
        void onSend(said).then((sent) => {
          if (sent) setText("");
        });
      }}
    >
      <div class="field">
        <label for="message">{t("write")}</label>
        <textarea
          id="message"
          rows={3}
          maxLength={2000}
          required
          aria-describedby="message-hint"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <p class="sub" id="message-hint">
          {t("writeHint")}
        </p>
      </div>
      <Submit busy={busy} words={words}>
        {t("send")}
      </Submit>
    </Form>
  );
}
