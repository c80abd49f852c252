import { HELLO } from "../../shared/sealed/envelope";
import { Seal } from "./seal";

/** What a payload from a charger is to the hub. */
type Received =
  /** An OCPP-J text to handle. */
  | { kind: "text"; text: string }
  /** The charger greets: these bytes are the answer, then what waited may go. */
  | { kind: "welcome"; payload: Uint8Array }
  /** Not let in: a plain frame that should be sealed, or an envelope that does not open. */
  | { kind: "refused"; plain: boolean };

/** What lies between an MQTT payload and an OCPP-J text on one connection: nothing, or a seal. */
export class Channel {
  private readonly seal: Seal | null;
  private plain: boolean;

  /** `key`: the charge point's 64 hex digits, null where it has none. `plainAllowed` is asked anew at each frame. */
  constructor(
    cpId: string,
    key: string | null,
    private readonly plainAllowed: () => boolean,
  ) {
    this.seal = key === null ? null : new Seal(key, cpId);
    this.plain = key === null;
  }

  /** Once a connection is sealed, nothing plain comes in on it any more, whatever the settings allow. */
  receive(payload: Uint8Array): Received {
    const text = (): string => Buffer.from(payload).toString("utf8");
    const isPlain = payload[0] === 0x5b || payload[0] === 0x7b;
    const { seal } = this;
    if (isPlain || (seal === null && this.plainAllowed())) {
      if (this.isSealed || !this.plainAllowed()) return { kind: "refused", plain: isPlain };
      this.plain = true;
      // Whoever may speak plainly and sends what is no JSON is told so by the parser.
      return { kind: "text", text: text() };
    }
    if (seal && payload[0] === HELLO) {
      const answer = seal.greet(payload);
      if (answer) this.plain = false;
      return answer ? { kind: "welcome", payload: answer } : { kind: "refused", plain: false };
    }
    const opened = seal?.open(payload);
    return typeof opened === "string" ? { kind: "text", text: opened } : { kind: "refused", plain: false };
  }

  /** The bytes that carry a text; null for one that is too long to be sealed, and while `isWaiting`. */
  wrap(text: string): Uint8Array | null {
    if (this.plain) return Buffer.from(text, "utf8");
    return this.seal === null ? null : this.seal.seal(text);
  }

  /** The connection is sealed. */
  get isSealed(): boolean {
    return this.seal?.isOpen === true;
  }

  /** Has the charger yet to show in which form it speaks? */
  get isWaiting(): boolean {
    return !this.plain && !this.isSealed;
  }
}
