import { millis, reboot, sleep } from "@devicescript/core";
import { Backoff } from "../core/backoff";
import { Charger } from "../core/charger";
import { MAX_PROFILES } from "../core/charging-profiles";
import { PLACES } from "../core/message-queue";
import { PlainCodec } from "./codec";
import { FlashStore, readAll, readText } from "./flash";
import { Mqtt } from "./mqtt";
import { VirtualBoard } from "./virtual-board";

const TICK_MS = 100;
/** A pause of the program that is longer than this counts as this long. */
const MAX_STEP_MS = 5000;
const VERSION = "0.1.0";

function keysInFlash(): string[] {
  const keys = ["boot", "seq", "map", "reg", "regAt", "tx", "txNo", "inop"];
  for (let i = 0; i < 32; i++) keys.push(`c${i}`);
  for (let i = 0; i < MAX_PROFILES; i++) keys.push(`p${i}`);
  for (let i = 0; i < PLACES; i++) keys.push(`q${i}`);
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

function orEmpty(text: string | undefined): string {
  return text === undefined ? "" : text;
}

const board = new VirtualBoard();
const store = new FlashStore();

async function control(charger: Charger): Promise<void> {
  let last = millis();
  for (;;) {
    const now = millis();
    const inputs = await board.read();
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

async function talk(charger: Charger, mqtt: Mqtt, codec: PlainCodec, topic: string): Promise<void> {
  const client = charger.client;
  client.connected();
  while (mqtt.up && !client.hung) {
    const out = client.takeFrame();
    if (out === undefined) {
      await mqtt.keepAlive();
      await sleep(20);
      continue;
    }
    // what a call says must outlive a power cut: it leaves once flash has it
    if (!out.reply) await store.flush();
    await mqtt.publish(out.reply ? `${topic}/Reply` : topic, codec.seal(out.text));
  }
  client.disconnected();
}

async function main(): Promise<void> {
  const cpId = await provisioned("cpId");
  const host = await provisioned("hub");
  const port = parseInt(await provisioned("port"));
  const password = orEmpty(await readText("password"));
  const maxCurrentMa = parseInt(await provisioned("maxMa"));
  const identity = { vendor: "Hitchpost", model: "ESP32", serial: cpId, firmware: VERSION, maxCurrentMa };
  const charger = new Charger(identity, store, await readAll(keysInFlash()));
  await board.start();
  control.start(charger);

  const codec = new PlainCodec();
  const mqtt = new Mqtt({
    host,
    port,
    clientId: cpId,
    password,
    topic: `ocpp/cs/${cpId}`,
    onMessage: (payload) => charger.client.received(codec.open(payload)),
  });
  const backoff = new Backoff();
  for (;;) {
    if (await mqtt.open()) {
      backoff.succeeded();
      charger.needsAttention = false;
      console.log("hub connected");
      await talk(charger, mqtt, codec, `ocpp/cp/${cpId}`);
      await mqtt.close();
    }
    const pause = backoff.failed(Math.random());
    charger.needsAttention = backoff.needsAttention();
    console.log(`hub away: ${mqtt.reason}; again in ${pause} ms`);
    await sleep(pause);
  }
}

main.start();
