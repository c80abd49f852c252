import type { Message, Thread } from "../types";
import { useMessages } from "../use";
import type { MessageT } from "../words";
import { zoneHere } from "./thread-list";

/** The messages of a thread, the oldest first; a new one is read out. */
export function Bubbles({ thread, messages }: { thread: Thread; messages: Message[] }) {
  const { words, t } = useMessages();
  const format = words.formatIn(zoneHere());
  const lastMine = messages.findLast(({ mine }) => mine);
  return (
    <div role="log" aria-label={t("conversation")}>
      <ol class="bubbles">
        {messages.map((message) => (
          <li key={message.seq} class={message.mine ? "bubble mine" : "bubble"}>
            <p class="sub">{`${nameOf(message, t)} \u00b7 ${format.dateTime(message.at)}`}</p>
            <p class="said prose">{message.text}</p>
            {message === lastMine && thread.theyReadSeq >= message.seq ? <p class="sub">{t("seen")}</p> : null}
          </li>
        ))}
      </ol>
    </div>
  );
}

function nameOf({ mine, author, side }: Message, t: MessageT): string {
  if (mine) return t("you");
  if (author === null) return t("left");
  return side === "driver" ? author : t(side, { name: author });
}
