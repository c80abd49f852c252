import { millis, reboot, sleep } from "@devicescript/core";
import { Backoff, BY_HAND } from "../core/backoff";
import { Charger } from "../core/charger";
import type { Client } from "../core/client";
import { MAX_PROFILES } from "../core/charging-profiles";
import { MAX_KEYS } from "../core/config-keys";
import { LIST_BLOCKS } from "../core/local-list";
import { ALL_PLACES } from "../core/message-queue";
import { PlainCodec } from "./codec";
import type { FrameCodec } from "./codec";
import { FlashStore, readAll, readText } from "./flash";
import type { Hardware } from "./hardware";
import { Mqtt } from "./mqtt";
import { KEY_BYTES, mqttPassword, SealedCodec } from "./sealed";

const TICK_MS = 100;
/** A pause of the program that is longer than this counts as this long. */
const MAX_STEP_MS = 5000;
/** How long the hub may take to show that it has our key. */
const WELCOME_MS = 10000;
const VERSION = "0.1.0";

function keysInFlash(): string[] {
  const keys = ["boot", "seq", "map", "reg", "tx", "txNo", "inop", "rsv", "lv"];
  for (let i = 0; i < MAX_KEYS; i++) keys.push(`c${i}`);
  for (let i = 0; i < MAX_PROFILES; i++) keys.push(`p${i}`);
  for (let i = 0; i < LIST_BLOCKS; i++) keys.push(`l${i}`);
  for (let i = 0; i < ALL_PLACES; i++) keys.push(`q${i}`);
  return keys;
}

/** Waits until somebody has provisioned the charger: its id and its hub. */
async function provisioned(key: string): Promise<string> {
  for (;;) {
    const text = await readText(key);
    if (text !== undefined) return text;
    await sleep(1000);
  }
}

/** The same for a number; one that is none, or out of its range, is waited for. */
async function provisionedNumber(key: string, least: number, most: number): Promise<number> {
  for (;;) {
    const value = parseInt(await provisioned(key));
    if (value >= least && value <= most) return value;
    await sleep(1000);
  }
}

/** The key for sealed frames, empty where there is none. A damaged one never means plain frames: it is waited for. */
async function keyOfFrames(): Promise<Buffer> {
  for (;;) {
    const text = orEmpty(await readText("key"));
    if (text.length === 0) return Buffer.alloc(0);
    if (text.length === 2 * KEY_BYTES) return Buffer.from(text, "hex");
    await sleep(1000);
  }
}

function orEmpty(text: string | undefined): string {
  return text === undefined ? "" : text;
}

const store = new FlashStore();

async function control(charger: Charger, board: Hardware): Promise<void> {
  let last = millis();
  for (;;) {
    const now = millis();
    const inputs = await board.read();
    charger.station.flashFailed(store.failed());
    const outputs = charger.tick(Math.min(now - last, MAX_STEP_MS), inputs);
    last = now;
    await board.write(outputs);
    if (outputs.restart) {
      await store.flush();
      reboot();
    }
    await sleep(TICK_MS);
  }
}

/** Agrees on this connection's keys; false where the hub does not have ours. */
async function greet(mqtt: Mqtt, codec: SealedCodec, topic: string): Promise<boolean> {
  await mqtt.publish(topic, [Buffer.alloc(0), codec.hello()]);
  for (let waited = 0; mqtt.up && !codec.isOpen && waited < WELCOME_MS; waited += 20) {
    await mqtt.keepAlive();
    await sleep(20);
  }
  if (!codec.isOpen) mqtt.fail("the hub does not know our key");
  return codec.isOpen;
}

async function talk(charger: Charger, mqtt: Mqtt, codec: FrameCodec, topic: string): Promise<void> {
  const client = charger.client;
  client.connected();
  while (mqtt.up && !client.hung) {
    if (!(await sendNext(client, mqtt, codec, topic))) {
      await mqtt.keepAlive();
      await sleep(20);
    }
  }
  client.disconnected();
}

/** Sends the next frame; false where there is none. What is said, or promised in an answer, must outlive a power cut: it leaves once flash has it. */
async function sendNext(client: Client, mqtt: Mqtt, codec: FrameCodec, topic: string): Promise<boolean> {
  let out = client.takeFrame();
  if (out === undefined) return false;
  await store.flush();
  const to = out.reply ? `${topic}/Reply` : topic;
  const payload = codec.seal(out);
  out = undefined; // its text is not kept while the hub is waited for
  await mqtt.publish(to, payload);
  return true;
}

/** Waits, BY_HAND without end; a press of the button ends it and begins the count anew. */
async function pauseOrPress(charger: Charger, pause: number, backoff: Backoff): Promise<void> {
  for (let waited = 0; pause === BY_HAND || waited < pause; waited += TICK_MS) {
    if (charger.takePress()) {
      backoff.begin();
      return;
    }
    await sleep(TICK_MS);
  }
}

/** The charging program on a board, until the chip is reset. */
export async function runProgram(board: Hardware): Promise<void> {
  const cpId = await provisioned("cpId");
  const host = await provisioned("hub");
  const port = await provisionedNumber("port", 1, 65535);
  const key = await keyOfFrames();
  const isSealed = key.length > 0;
  const password = isSealed ? mqttPassword(key, cpId) : orEmpty(await readText("password"));
  const maxCurrentMa = await provisionedNumber("maxMa", 6000, 80000);
  const identity = { vendor: "Hitchpost", model: "ESP32", serial: cpId, firmware: VERSION, maxCurrentMa };
  const charger = new Charger(identity, store, await readAll(keysInFlash()));
  await board.start();
  control.start(charger, board);

  const topic = `ocpp/cp/${cpId}`;
  let codec: FrameCodec = new PlainCodec();
  const mqtt = new Mqtt({
    host,
    port,
    clientId: cpId,
    password,
    topic: `ocpp/cs/${cpId}`,
    onMessage: (buffer, from, to) => {
      const text = codec.open(buffer, from, to);
      if (text !== undefined) charger.client.received(text);
    },
    onTooLong: (buffer, from) => charger.client.tooLong(codec.beginning(buffer, from)),
  });
  const backoff = new Backoff();
  for (;;) {
    const sealed = isSealed ? new SealedCodec(key, cpId) : undefined;
    if (sealed !== undefined) codec = sealed;
    if ((await mqtt.open()) && (sealed === undefined || (await greet(mqtt, sealed, topic)))) {
      backoff.begin();
      charger.needsAttention = false;
      console.log("hub connected");
      await talk(charger, mqtt, codec, topic);
      await mqtt.close();
    }
    const pause = backoff.failed(Math.random(), charger.reconnectsByHand());
    charger.needsAttention = backoff.needsAttention();
    console.log(`hub away: ${mqtt.reason}; again ${pause === BY_HAND ? "by the button" : `in ${pause} ms`}`);
    await pauseOrPress(charger, pause, backoff);
  }
}
