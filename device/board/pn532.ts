import { wrote } from "./i2c";
import type { I2cBus } from "./i2c";

/** NXP PN532 over I2C. Frames: user manual UM0701-02 section 6.2.1, I2C: section 6.2.4, commands: section 7. */
const ADDRESS = 0x24;
const READY = 0x01;
const TO_CHIP = 0xd4;
const FROM_CHIP = 0xd5;
const SAM_CONFIGURATION = 0x14;
const IN_LIST_PASSIVE_TARGET = 0x4a;
/** ACK; from the host it also breaks off a command that waits (section 6.2.1.3). */
const ACK = [0x00, 0x00, 0xff, 0x00, 0xff, 0x00];
/** Status byte, frame overhead, and the largest answer we ask for. */
const ANSWER_BYTES = 30;
/** The chip answers a command it can do at once within this. */
const ANSWER_MS = 1000;
/** A chip that waits for a tag looks like one that has died: it is asked anew this often. */
const AGAIN_MS = 10000;
/** A tag that was away for less than this has not been taken away. */
const SAME_TAG_MS = 2000;
/** Rest before the next search, and after a failure. */
const REST_MS = 300;

const IDLE = 0;
const AWAITS_ACK = 1;
const AWAITS_ANSWER = 2;

/** A frame with one command (normal information frame, section 6.2.1.1). */
export function pn532Frame(direction: number, data: number[]): number[] {
  const length = data.length + 1;
  const frame = [0x00, 0x00, 0xff, length, (256 - length) & 255, direction];
  let sum = direction;
  for (const b of data) {
    frame.push(b);
    sum += b;
  }
  frame.push((256 - (sum & 255)) & 255);
  frame.push(0x00);
  return frame;
}

/** Data of a frame from the chip, which follows the status byte; undefined where it is not whole and right. */
export function pn532Data(bytes: number[]): number[] | undefined {
  const length = bytes[4] as number;
  if (bytes[1] !== 0x00 || bytes[2] !== 0x00 || bytes[3] !== 0xff) return undefined;
  if (((length + (bytes[5] as number)) & 255) !== 0 || length < 2 || 7 + length > bytes.length) return undefined;
  let sum = 0;
  for (let i = 0; i <= length; i++) sum += bytes[6 + i] as number;
  if ((sum & 255) !== 0 || bytes[6] !== FROM_CHIP) return undefined;
  return bytes.slice(7, 6 + length);
}

function hex(bytes: number[]): string {
  const digits = "0123456789ABCDEF";
  let text = "";
  for (const b of bytes) text += digits.charAt(b >> 4) + digits.charAt(b & 15);
  return text;
}

/** The UID of the tag in the answer to InListPassiveTarget (section 7.3.5, 106 kbps type A), "" without one. */
export function tagOf(data: number[]): string {
  // response code, number of targets, target, SENS_RES (2), SEL_RES, length of NFCID1, NFCID1
  if (data[0] !== IN_LIST_PASSIVE_TARGET + 1 || data[1] !== 1) return "";
  const length = data[6] as number;
  if ((length !== 4 && length !== 7 && length !== 10) || 7 + length > data.length) return "";
  return hex(data.slice(7, 7 + length));
}

/** The RFID reader. It waits for nothing: each `poll` does what can be done now. */
export class Pn532 {
  private state = IDLE;
  private configured = false;
  private waitedMs = 0;
  private restMs = 0;
  private tag = "";
  private awayMs = SAME_TAG_MS;

  constructor(private bus: I2cBus) {}

  /** `ms` have passed. The id tag that was just held to the reader, 8, 14 or 20 hex digits, or "". */
  async poll(ms: number): Promise<string> {
    this.waitedMs += ms;
    this.awayMs = Math.min(this.awayMs + ms, SAME_TAG_MS);
    this.restMs -= ms;
    if (this.state === IDLE) {
      if (this.restMs <= 0) await this.begin();
      return "";
    }
    const patience = this.state === AWAITS_ANSWER && this.configured ? AGAIN_MS : ANSWER_MS;
    if (this.waitedMs >= patience) {
      await wrote(this.bus, ADDRESS, ACK);
      this.rest(false);
      return "";
    }
    const status = await this.bus.transfer(ADDRESS, [], 1);
    if (status === undefined || status[0] !== READY) return "";
    return this.state === AWAITS_ACK ? await this.takeAck() : await this.takeAnswer();
  }

  private rest(configured: boolean): void {
    this.state = IDLE;
    this.configured = configured;
    this.restMs = REST_MS;
  }

  private async begin(): Promise<void> {
    // normal mode, no time-out of its own; or: one target, 106 kbps type A
    const command = this.configured ? [IN_LIST_PASSIVE_TARGET, 0x01, 0x00] : [SAM_CONFIGURATION, 0x01, 0x00, 0x00];
    this.waitedMs = 0;
    if (await wrote(this.bus, ADDRESS, pn532Frame(TO_CHIP, command))) this.state = AWAITS_ACK;
    else this.rest(false);
  }

  private async takeAck(): Promise<string> {
    const bytes = await this.bus.transfer(ADDRESS, [], 1 + ACK.length);
    if (bytes !== undefined && hex(bytes.slice(1)) === hex(ACK)) this.state = AWAITS_ANSWER;
    else this.rest(false);
    return "";
  }

  private async takeAnswer(): Promise<string> {
    const bytes = await this.bus.transfer(ADDRESS, [], ANSWER_BYTES);
    const data = bytes === undefined ? undefined : pn532Data(bytes);
    if (data === undefined) {
      this.rest(false);
      return "";
    }
    const found = this.configured ? tagOf(data) : "";
    this.rest(true);
    if (found === "") return "";
    const isNew = found !== this.tag || this.awayMs === SAME_TAG_MS;
    this.tag = found;
    this.awayMs = 0;
    return isNew ? found : "";
  }
}
