import { AppError } from "../../shared/error";
import type { Part } from "../../shared/sync";

/** Puts a message together that comes down in parts. In memory only: what is not whole is not acknowledged, so it comes again after a break. */
export class Assembly {
  private texts: string[] = [];

  /** Takes the next part; gives the whole text with the last, else null. Throws AppError `bad_feed_message` where one is missing. */
  add({ index, of, text }: Part): string | null {
    if (index === 0) this.texts = [];
    if (index !== this.texts.length) {
      throw new AppError("bad_feed_message", `Part ${index} of ${of} of a message came after ${this.texts.length}.`, {
        status: 502,
      });
    }
    this.texts.push(text);
    if (this.texts.length < of) return null;
    const whole = this.texts.join("");
    this.texts = [];
    return whole;
  }
}
